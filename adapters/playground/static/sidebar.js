// The left side: channels, their threads, and who one is.

import { get, me } from "./api.js";
import { byId, count, make, state } from "./state.js";

let asked = 0;

/** Reads everything beside the conversation anew; of overlapping answers only the last one counts. */
export async function refresh() {
  const mine = ++asked;
  const fresh = await get("state");
  if (mine !== asked) return;
  Object.assign(state, fresh);
  draw();
}

let waiting = null;

/** The same, once for many pieces of news that come together. */
export function refreshSoon(then = () => {}) {
  waiting ??= setTimeout(() => {
    waiting = null;
    refresh().then(then, () => {});
  }, 150);
}

export function draw() {
  const rooms = byId("rooms");
  const fresh = make("div", {}, ...state.channels.map(drawChannel));
  if (fresh.innerHTML === rooms.innerHTML) return; // whoever is about to press a link keeps it
  const focused = document.activeElement?.closest("#rooms a")?.getAttribute("href");
  rooms.replaceChildren(...fresh.childNodes);
  if (focused) rooms.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function drawChannel(channel) {
  const name = make("a", { href: `#c/${channel.id}`, title: channel.topic }, `# ${channel.name}`);
  if (channel.private) name.append(" · private");
  if (!state.thread && state.channel === channel.id) name.setAttribute("aria-current", "page");
  const threads = channel.threads.map((thread) => make("li", {}, drawThread(thread)));
  return make("div", { className: "channel" }, name, make("ul", {}, ...threads));
}

function drawThread(thread) {
  const link = make("a", { className: "thread-link", href: `#t/${thread.id}`, title: thread.title });
  link.append(make("span", { dir: "auto" }, thread.title));
  if (thread.mentions) {
    const label = `${count(thread.mentions, "mention")} of you`;
    link.append(make("span", { className: "mentions", title: label, "aria-label": label }, `@${thread.mentions}`));
  } else {
    link.append(make("span", { className: "count", "aria-label": count(thread.messages, "message") }, `${thread.messages}`));
  }
  if (state.thread?.id === thread.id) link.setAttribute("aria-current", "page");
  return link;
}

export function drawPeople(people) {
  const options = people.map((person) => {
    const role = person.moderator ? " (moderator)" : "";
    return make("option", { value: person.id, selected: person.id === me.id }, person.name + role);
  });
  byId("who").replaceChildren(...options);
  const mine = people.find((person) => person.id === me.id);
  const avatar = byId("my-avatar");
  avatar.textContent = mine.initials;
  avatar.className = `avatar tint-${mine.tint}`;
}

export function toggleSidebar(open) {
  byId("sidebar").classList.toggle("open", open);
  byId("menu").setAttribute("aria-expanded", String(open));
  if (open) byId("sidebar").querySelector("a")?.focus();
}
