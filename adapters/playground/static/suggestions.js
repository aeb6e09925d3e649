// Completing what is typed: /commands with their help, @people, #channels.

import { byId, count, make, say, state } from "./state.js";

const list = byId("suggestions");
const text = byId("text");
let found = [];
let chosen = 0;

/** Offers what could be meant at the cursor. */
export function suggest() {
  const before = text.value.slice(0, text.selectionStart);
  found = commandsFor(before) ?? wordsFor(before) ?? [];
  chosen = 0;
  draw();
  if (found.length) say(`${count(found.length, "suggestion")}; Tab takes the chosen one.`);
}

function commandsFor(before) {
  const typed = /^\/([a-z]*)(\s?)/.exec(before);
  if (!typed) return null;
  const fits = state.commands.filter((one) => (typed[2] ? one.command === typed[1] : one.command.startsWith(typed[1])));
  return fits.map((one) => ({
    label: `/${one.command} ${one.usage}`,
    hint: one.summary,
    value: typed[2] ? null : `/${one.command} `,
    start: 0,
  }));
}

function wordsFor(before) {
  const typed = /(^|\s)([@#])([\w-]*)$/.exec(before);
  if (!typed) return null;
  const start = before.length - typed[3].length - 1;
  const wanted = typed[3].toLowerCase();
  const known =
    typed[2] === "@"
      ? state.people.map((person) => ({ word: `@${person.handle}`, hint: person.name }))
      : state.channels.map((channel) => ({ word: `#${channel.name}`, hint: channel.topic }));
  return known
    .filter(({ word, hint }) => word.slice(1).startsWith(wanted) || hint.toLowerCase().startsWith(wanted))
    .map(({ word, hint }) => ({ label: word, hint, value: `${word} `, start }));
}

function draw() {
  list.hidden = !found.length;
  list.replaceChildren(
    ...found.map((one, i) => {
      const item = make("li", { id: `suggestion-${i}`, role: "option", "aria-selected": String(i === chosen) });
      item.append(make("strong", {}, one.label), make("small", { className: "what" }, one.hint));
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(one);
      });
      return item;
    }),
  );
  if (found.length) text.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
  else text.removeAttribute("aria-activedescendant");
}

function take(one) {
  if (one.value === null) return false;
  const after = text.value.slice(text.selectionStart);
  text.value = text.value.slice(0, one.start) + one.value + after;
  text.selectionStart = text.selectionEnd = one.start + one.value.length;
  suggest();
  text.focus();
  return true;
}

/** Whether the key was for the list of suggestions. */
export function pick(event) {
  if (!found.length || event.isComposing) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
    draw();
  } else if (event.key === "Escape") {
    close();
  } else if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && !complete())) {
    if (!take(found[chosen])) return false;
  } else {
    if (event.key === "Enter") close();
    return false;
  }
  event.preventDefault();
  return true;
}

/** Enter sends a command that is written out, and completes one that is not. */
const complete = () => found[chosen].value === null || text.value.trim() === found[chosen].value.trim();

export function close() {
  found = [];
  draw();
}

text.addEventListener("blur", close);
