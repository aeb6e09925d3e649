// Writing: messages, new threads, edits, answers, files, and typed commands.

import { get, post, upload } from "./api.js";
import { command } from "./replies.js";
import { byId, make, state } from "./state.js";
import { pick, suggest } from "./suggestions.js";

const form = byId("composer");
const text = byId("text");
const title = byId("new-title");
const problem = byId("problem");
let files = [];
let about = null; // {kind: "answer" | "edit", post}
let sending = false;

/** Makes the composer fit what is open. */
export function fit() {
  form.hidden = false;
  title.hidden = Boolean(state.thread);
  text.placeholder = state.thread ? "Write, or type / for commands" : "First message, or / for commands";
  byId("send").textContent = about?.kind === "edit" ? "Save" : state.thread ? "Send" : "Start thread";
  grow();
}

export function clear() {
  text.value = title.value = problem.textContent = "";
  files = [];
  about = null;
  drawFiles();
  drawAbout();
  fit();
}

export function answer(post_, name) {
  about = { kind: "answer", post: post_ };
  drawAbout(`Answering ${name}`);
  text.focus();
}

export async function edit(post_) {
  const { source } = await get(`posts/${post_}`);
  about = { kind: "edit", post: post_ };
  text.value = source;
  drawAbout("Editing your message");
  fit();
  text.focus();
}

function drawAbout(words = "") {
  byId("answering").hidden = !words;
  byId("answering").querySelector("span").textContent = words;
}

export function fill(line) {
  text.value = line;
  grow();
  suggest();
  text.focus();
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

async function send() {
  const words = text.value;
  problem.textContent = "";
  if (sending || (!words.trim() && !files.length)) return;
  sending = true;
  try {
    if (isCommand(words)) {
      text.value = "";
      grow();
      await command(words.trim());
    } else {
      await write(words);
      clear();
    }
  } catch (failed) {
    problem.textContent = failed.message;
  } finally {
    sending = false;
  }
}

const isCommand = (words) => about?.kind !== "edit" && /^\/[a-z_]+(\s|$)/.test(words);

async function write(words) {
  const attached = files.map((file) => file.id);
  if (about?.kind === "edit") return post(`posts/${about.post}/edit`, { text: words });
  if (state.thread) return post(`threads/${state.thread.id}/posts`, { text: words, files: attached, answers: about?.post });
  const made = await post("threads", { channel: state.channel, title: title.value, text: words, files: attached });
  location.hash = `#t/${made.thread}`;
}

async function attach(chosen) {
  problem.textContent = "";
  for (const file of chosen) {
    try {
      const stored = await upload(file);
      files.push({ id: stored.file, name: stored.name });
    } catch (failed) {
      problem.textContent = failed.message;
    }
  }
  drawFiles();
}

function drawFiles() {
  const items = files.map((file) => {
    const remove = make("button", { type: "button", className: "plain", "aria-label": `Remove ${file.name}` }, "✕");
    remove.addEventListener("click", () => {
      files = files.filter((one) => one !== file);
      drawFiles();
    });
    return make("li", {}, file.name, remove);
  });
  byId("attached").replaceChildren(...items);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
text.addEventListener("input", () => {
  grow();
  suggest();
});
text.addEventListener("keydown", (event) => {
  if (pick(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape" && about) {
    clear();
  }
});
byId("answering").querySelector("button").addEventListener("click", () => clear());
byId("attach").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", async (event) => {
  await attach([...event.target.files]);
  event.target.value = "";
});
form.addEventListener("dragover", (event) => event.preventDefault());
form.addEventListener("drop", (event) => {
  event.preventDefault();
  attach([...event.dataTransfer.files]);
});
