// What the tab knows, and small helpers to draw it. Text from people only ever becomes textContent.

export const state = {
  channels: [],
  people: [],
  commands: [],
  channel: null, // id of the channel that is open
  thread: null, // the open thread, as the server told it, or null in a channel's list
  expectsThread: false, // this tab has just asked for a thread to be continued
};

export const byId = (id) => document.getElementById(id);

/** An element with properties, attributes (names with a dash) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** The element that server-made HTML describes. */
export function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export const channelOf = (id) => state.channels.find((channel) => channel.id === id);

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

export function say(text) {
  byId("spoken").textContent = text;
}
