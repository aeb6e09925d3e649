// The right side: one thread's messages, or the list of a channel's threads.

import { get, post } from "./api.js";
import { draw as drawSidebar, refreshSoon } from "./sidebar.js";
import { byId, channelOf, count, fromHtml, make, say, state } from "./state.js";

const NEAR_END = 120; // pixels
const SAME_BREATH = 10 * 60 * 1000; // messages of one person this close together share a byline

const scroll = byId("scroll");
const messages = byId("messages");

let atEnd = true; // what grows or comes below stays in view while the reader is at the end
const keepEnd = () => atEnd && (scroll.scrollTop = scroll.scrollHeight);
const watch = new ResizeObserver(keepEnd);
watch.observe(scroll);
watch.observe(messages);
let lastTop = 0;
scroll.addEventListener("scroll", () => {
  const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
  atEnd = near || (atEnd && scroll.scrollTop >= lastTop); // only who scrolls up leaves the end
  lastTop = scroll.scrollTop;
});

const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

export async function openThread(id) {
  const thread = await get(`threads/${encodeURIComponent(id)}`);
  state.thread = thread;
  state.channel = thread.channel.id;
  messages.replaceChildren(fromHtml(thread.html));
  byId("threads").replaceChildren();
  byId("earlier").hidden = !thread.earlier;
  showHead(thread.title, `#${thread.channel.name} · ${count(thread.messages, "message")}`);
  byId("share").hidden = false;
  byId("delete-thread").hidden = !thread.mayDelete;
  arrange();
  atEnd = true;
  keepEnd();
  drawSidebar();
  await markRead();
}

export function openChannel(id) {
  const channel = channelOf(id) ?? state.channels[0];
  state.thread = null;
  state.channel = channel.id;
  messages.replaceChildren();
  byId("earlier").hidden = byId("share").hidden = byId("delete-thread").hidden = true;
  showHead(`# ${channel.name}`, channel.topic);
  drawThreads(channel);
  drawSidebar();
}

/** What the sidebar's fresh facts say about the open room: a channel's threads, a thread's length. */
export function showFacts() {
  const channel = channelOf(state.channel);
  if (!channel) return;
  const open = channel.threads.find((thread) => thread.id === state.thread?.id);
  if (open) byId("subtitle").textContent = `#${channel.name} · ${count(open.messages, "message")}`;
  else if (!state.thread) drawThreads(channel);
}

function drawThreads(channel) {
  const cards = channel.threads.map((thread) => {
    const facts = `${count(thread.messages, "message")} · last on ${shortDay.format(new Date(thread.activeAt))}`;
    return make("li", {}, make("a", { href: `#t/${thread.id}` }, make("strong", { dir: "auto" }, thread.title), make("small", {}, facts)));
  });
  const list = cards.length
    ? make("ul", { className: "thread-cards" }, ...cards)
    : make("p", { className: "empty" }, "No thread here yet. Start one below, or continue a shared link with /continue.");
  byId("threads").replaceChildren(list);
}

function showHead(title, subtitle) {
  byId("title").textContent = title;
  byId("subtitle").textContent = subtitle;
  document.title = `${title} · Playground`;
}

async function markRead() {
  await post(`threads/${state.thread.id}/read`).catch(() => {});
  refreshSoon(showFacts);
}

export async function showEarlier() {
  const first = messages.querySelector(".post");
  const before = await get(`threads/${state.thread.id}`, { before: first.dataset.post });
  const height = scroll.scrollHeight - scroll.scrollTop;
  messages.prepend(fromHtml(before.html));
  byId("earlier").hidden = !before.earlier;
  arrange();
  scroll.scrollTop = scroll.scrollHeight - height;
  first.focus({ preventScroll: true });
}

/** Puts a new post at the end, or the fresh form of one in its place. */
export async function showPost(id) {
  const fresh = await get(`posts/${id}`);
  if (fresh.thread !== state.thread?.id) return;
  const element = fromHtml(fresh.html);
  const present = byId(`p${id}`);
  if (present) {
    const held = present.contains(document.activeElement);
    present.replaceWith(element);
    if (held) byId(`p${id}`).focus();
  } else {
    insertInOrder(element, Number(id));
    say(`New message from ${byId(`p${id}`).dataset.speaker}`);
    markRead();
  }
  arrange();
  keepEnd();
}

function insertInOrder(element, id) {
  const posts = [...messages.querySelectorAll(".post")];
  if (posts.length && !byId("earlier").hidden && id < Number(posts[0].dataset.post)) return;
  const next = posts.find((one) => Number(one.dataset.post) > id);
  if (next) next.before(element);
  else messages.append(element);
}

/** Local times, a line between the days, one byline for what was said in one breath. */
function arrange() {
  messages.querySelectorAll(".day").forEach((line) => line.remove());
  let before = null;
  for (const one of messages.querySelectorAll(".post")) {
    const at = new Date(one.dataset.at);
    const time = one.querySelector(".byline time");
    if (time) {
      time.textContent = clock.format(at);
      time.title = full.format(at);
    }
    const newDay = !before || before.at.toDateString() !== at.toDateString();
    if (newDay) one.before(make("div", { className: "day", role: "separator", "aria-label": day.format(at) }, day.format(at)));
    const close = before && !newDay && at - before.at < SAME_BREATH;
    const same = close && before.speaker === one.dataset.speaker && before.kind === one.className.replace(" follows", "");
    one.classList.toggle("follows", Boolean(same) && !one.querySelector(".answer"));
    before = { at, speaker: one.dataset.speaker, kind: one.className.replace(" follows", "") };
  }
}

export function jumpTo(id) {
  const target = byId(`p${id}`);
  if (!target) return say("That message stands further up.");
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
  target.classList.add("found");
  setTimeout(() => target.classList.remove("found"), 1600);
}
