// Puts the page together: who one is, which room is open, and the news from the server.

import { get, listen, me, post } from "./api.js";
import * as composer from "./composer.js";
import * as conversation from "./conversation.js";
import * as replies from "./replies.js";
import { drawPeople, refresh, refreshSoon, toggleSidebar } from "./sidebar.js";
import { byId, say, state } from "./state.js";

const REMEMBERED = "playground-person";
let stop = () => {};
let queue = Promise.resolve(); // posts are shown one after another, in the order of the news
let connected = false;

async function start() {
  const { people } = await get("people");
  const remembered = localStorage.getItem(REMEMBERED);
  me.id = people.some((person) => person.id === remembered) ? remembered : people[0].id;
  byId("who").addEventListener("change", (event) => become(event.target.value, people));
  await become(me.id, people);
  window.addEventListener("hashchange", route);
}

async function become(person, people) {
  me.id = person;
  localStorage.setItem(REMEMBERED, person);
  drawPeople(people);
  stop();
  connected = false;
  replies.forgetNotices();
  await refresh();
  await route();
  stop = listen(hear);
}

const address = () => location.hash.slice(1).split("/").map(decodeURIComponent);

/** Opens what the address names: #t/<thread> or #c/<channel>. News wait until it is open. */
function route() {
  toggleSidebar(false);
  composer.clear();
  replies.dropNotes();
  queue = queue.then(open);
  return queue;
}

async function open() {
  const [kind, id] = address();
  try {
    if (kind === "t" && id) await conversation.openThread(id);
    else if (kind === "c" && id) conversation.openChannel(id);
    else await conversation.openThread(state.channels[0].threads[0].id);
  } catch (failed) {
    conversation.openChannel(state.channels[0].id);
    byId("problem").textContent = failed.message;
  }
  composer.fit();
}

function hear(news) {
  const handler = { hello, post: changed, changed, thread: begun, renamed: begun, gone, ...private_ }[news.kind];
  handler?.(news);
}

const private_ = {
  progress: replies.showProgress,
  notice: () => replies.loadNotices().catch(() => {}),
  dismissed: ({ id }) => replies.dropNotice(id),
};

/** A connection was made; after the first one, whatever happened meanwhile is read anew. */
async function hello() {
  replies.loadNotices().catch(() => {});
  if (connected) {
    await refresh();
    if (state.thread) await conversation.openThread(state.thread.id).catch(() => route());
    else conversation.showFacts();
  }
  connected = true;
}

function changed(news) {
  const [kind, id] = address();
  if (news.thread === (kind === "t" ? id : state.thread?.id)) queue = queue.then(() => conversation.showPost(news.post)).catch(() => {});
  beside();
}

function begun(news) {
  if (news.kind === "thread" && news.starter === me.id && state.expectsThread) {
    state.expectsThread = false;
    location.hash = `#t/${news.thread}`;
  }
  if (news.kind === "renamed" && state.thread?.id === news.thread) conversation.openThread(news.thread).catch(() => {});
  beside();
}

function gone(news) {
  if (state.thread?.id === news.thread) {
    location.hash = `#c/${news.channel}`;
    say("That thread was deleted.");
  }
  beside();
}

const beside = () => refreshSoon(conversation.showFacts);

async function press(event) {
  const button = event.target.closest("button, a, summary");
  document.querySelectorAll(".tools[open]").forEach((open) => {
    if (!open.contains(event.target)) open.open = false;
  });
  if (!button) return;
  if (button.dataset.verb) return replies.act(button);
  if ("close" in button.dataset) return replies.dismiss(button);
  if (button.dataset.jump) {
    event.preventDefault();
    return conversation.jumpTo(button.dataset.jump);
  }
  if (button.dataset.do) return handlePost(button);
  if (button.href && button.closest(".said")) {
    event.preventDefault();
    window.open(button.href, "_blank", "noopener"); // the chat stays where it is
  }
}

async function handlePost(button) {
  const article = button.closest(".post");
  const { post: id, speaker } = article.dataset;
  article.querySelector(".tools").open = false;
  const question = { title: "Delete this message?", text: "A placeholder stays in its place.", yes: "Delete", no: "Keep" };
  if (button.dataset.do === "answer") composer.answer(id, speaker);
  else if (button.dataset.do === "edit") await composer.edit(id);
  else if (button.dataset.do === "react") await post(`posts/${id}/react`, { emoji: button.dataset.emoji });
  else if (await replies.confirmed(question)) await post(`posts/${id}/delete`);
}

async function deleteThread() {
  const text = "Its messages and files are gone for good. Links that were shared from it stay until they are revoked.";
  const question = { title: "Delete this thread?", text, yes: "Delete", no: "Keep" };
  if (await replies.confirmed(question)) await post(`threads/${state.thread.id}/delete`);
}

const shown = (job) => (event) =>
  Promise.resolve(job(event)).catch((failed) => (byId("problem").textContent = failed.message));

document.addEventListener("click", shown(press));
document.addEventListener("toggle", ({ target }) => target.open && target.querySelector(".toolbox")?.scrollIntoView({ block: "nearest" }), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".tools[open]").forEach((open) => (open.open = false));
});
byId("share").addEventListener("click", shown(() => replies.command("/share")));
byId("delete-thread").addEventListener("click", shown(deleteThread));
byId("earlier").addEventListener("click", shown(conversation.showEarlier));
byId("menu").addEventListener("click", () => toggleSidebar(true));
byId("veil").addEventListener("click", () => toggleSidebar(false));

start().catch((failed) => {
  byId("subtitle").textContent = failed.message;
});
