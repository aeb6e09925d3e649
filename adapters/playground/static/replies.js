// The bot's private replies: a panel for what asks for a decision, a note for what only says something.

import { get, post, tab } from "./api.js";
import { byId, fromHtml, make, state } from "./state.js";

const panel = byId("panel");
const confirm = byId("confirm");
const notices = byId("notices");
let running = null; // delivery of the wish that this tab waits for

const place = () => (state.thread ? { thread: state.thread.id } : { channel: state.channel });

/** Sends a typed command and shows the reply. */
export async function command(text) {
  state.expectsThread = text.startsWith("/continue");
  const waiting = text.startsWith("/share") && !text.startsWith("/shares");
  await wish("command", { text }, crypto.randomUUID(), waiting ? "Reading the thread…" : "");
}

/** Carries out a pressed action of a card or reply. */
export async function act(button) {
  const { verb, argument, title } = button.dataset;
  if (title && !(await confirmed(button.dataset))) return;
  button.dataset.delivery ??= crypto.randomUUID();
  button.disabled = true;
  state.expectsThread = verb === "continue";
  const holder = button.closest(".reply");
  try {
    await wish("act", { verb, argument, values: valuesOf(holder) }, button.dataset.delivery, "", holder);
  } finally {
    button.disabled = false;
    delete button.dataset.delivery;
  }
}

function valuesOf(holder) {
  const fields = holder ? [...holder.querySelectorAll("input, select")] : [];
  const chosen = fields.filter((field) => field.type !== "radio" || field.checked);
  return Object.fromEntries(chosen.map((field) => [field.name, field.value]));
}

async function wish(path, body, delivery, waiting, holder = null) {
  running = delivery;
  if (waiting) openPanel(make("div", { className: "reply waiting", tabIndex: -1 }, make("p", { className: "progress", role: "status" }, waiting)));
  try {
    const reply = await post(path, { ...body, ...place(), tab, delivery });
    show(reply, holder);
  } catch (failed) {
    closeWaiting();
    showProblem(failed.message, holder);
  } finally {
    running = null;
  }
}

function show(reply, holder) {
  const inPanel = holder && panel.contains(holder);
  if (reply.error && inPanel && !reply.form) {
    showProblem(fromHtml(reply.html).querySelector(".said")?.textContent.trim(), holder);
  } else if (reply.form && !reply.done) {
    openPanel(fromHtml(reply.html));
  } else {
    if (reply.done || !inPanel) panel.close();
    note(fromHtml(reply.html));
  }
}

function showProblem(text, holder) {
  if (!holder || !panel.contains(holder)) {
    const said = make("div", { className: "said", role: "alert" }, text);
    note(make("div", { className: "reply error" }, make("p", { className: "private" }, "Only you can see this"), said, closer()));
    return;
  }
  holder.querySelector(".alert")?.remove();
  holder.querySelector(":scope > .actions").before(make("p", { className: "alert", role: "alert" }, text));
}

const closer = () =>
  make("div", { className: "actions" }, make("button", { type: "button", className: "button dismiss", "data-close": "" }, "Close"));

function openPanel(content) {
  panel.replaceChildren(content);
  if (!panel.open) panel.showModal();
  panel.querySelector(".reply").focus();
  panel.scrollTop = 0;
}

function closeWaiting() {
  if (panel.querySelector(".waiting")) panel.close();
}

/** A note above the composer, that only this person sees. It takes the place of an earlier answer. */
function note(content) {
  dropNotes();
  notices.append(content);
  notices.scrollTop = notices.scrollHeight;
}

export function showProgress({ delivery, done, total }) {
  if (delivery !== running) return;
  const line = panel.querySelector(".progress");
  if (line) line.textContent = total ? `Reading the thread… ${done} of ${total} messages` : `Reading the thread… ${done} messages`;
}

/** The notices that wait for this person; what this tab already shows stays. */
export async function loadNotices() {
  const waiting = await get("notices");
  for (const { id, html } of waiting.notices) {
    if (!notices.querySelector(`[data-notice="${CSS.escape(id)}"]`)) notices.append(fromHtml(html));
  }
}

/** Answers are about the room they were given in; notices wait until they are dismissed. */
export const dropNotes = () => notices.querySelectorAll(".reply:not([data-notice])").forEach((one) => one.remove());

export const forgetNotices = () => notices.replaceChildren();

export function dropNotice(id) {
  notices.querySelector(`[data-notice="${CSS.escape(id)}"]`)?.remove();
}

export function dismiss(button) {
  const reply = button.closest(".reply");
  if (panel.contains(reply)) return panel.close();
  if (reply.dataset.notice) post(`notices/${reply.dataset.notice}/dismiss`).catch(() => {});
  reply.remove();
  byId("text").focus();
}

/** Asks in a dialog; the safe answer has the focus. */
export function confirmed({ title, text, yes, no }) {
  byId("confirm-title").textContent = title;
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = yes;
  byId("confirm-no").textContent = no;
  byId("confirm-yes").classList.add("danger");
  confirm.returnValue = "no";
  confirm.showModal();
  byId("confirm-no").focus();
  return new Promise((resolve) => confirm.addEventListener("close", () => resolve(confirm.returnValue === "yes"), { once: true }));
}

confirm.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) confirm.close(button.value);
});
