// The page is complete without this: theme switch, copy buttons, local times.
(() => {
"use strict";
const root = document.documentElement, KEY = "threadlink-theme", all = (query, node = document) => node.querySelectorAll(query);
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
// Storage may be blocked.
const stored = job => { try { return job(localStorage); } catch { return null; } };
const saved = stored(store => store.getItem(KEY));
if (saved === "dark" || saved === "light") root.dataset.theme = saved;

const switchTheme = button => {
  const label = () => { button.lastElementChild.textContent = isDark() ? "Light" : "Dark"; };
  button.onclick = () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored(store => store.setItem(KEY, root.dataset.theme));
    label();
  };
  dark.addEventListener("change", label);
  label();
  button.hidden = false;
};

const copy = (button, source) => {
  button.onclick = async () => {
    let word = "Copied";
    try { await navigator.clipboard.writeText(source.textContent); }
    catch { getSelection().selectAllChildren(source); word = "Selected"; }
    button.textContent = word;
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  };
  button.hidden = false;
};

const { hour12, timeZone } = new Intl.DateTimeFormat([], { hour: "numeric" }).resolvedOptions();
const make = (...options) => {
  const format = new Intl.DateTimeFormat("en-GB", Object.assign({ hour12 }, ...options));
  return date => format.format(date);
};
const time = { hour: "2-digit", minute: "2-digit" }, exact = { ...time, second: "2-digit" };
const day = { day: "numeric", month: "short", year: "numeric" }, named = { weekday: "long", ...day, month: "long" };
const UNITS = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const styles = {
  t: make(time), T: make(exact), d: make(day), D: make(day, { month: "long" }), f: make(day, time),
  F: make(named, time), s: make(day, exact), S: make(day, exact), n: make(named),
  R: date => {
    const seconds = (date - Date.now()) / 1000;
    const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) || UNITS[5];
    return new Intl.RelativeTimeFormat("en").format(Math.round(seconds / length), unit);
  },
};

// A reader's days are not UTC's: the headings move.
const localTimes = thread => {
  const model = thread.querySelector("h2.d");
  let last = "";
  all("h2.d", thread).forEach(old => old.remove());
  for (const element of all("time", thread)) {
    const date = new Date(element.dateTime), link = element.parentElement, style = element.dataset.s;
    if (isNaN(date)) continue;
    element.title = `${styles.f(date)} (${date.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
    if (style) element.textContent = (styles[style] || styles.f)(date);
    if (link.className !== "t") continue;
    const message = link.parentElement, today = styles.n(date), group = message.closest(".g");
    element.textContent = styles.t(date);
    if (today === last) continue;
    last = today;
    if (group && !message.previousElementSibling.matches("h3")) { element.textContent = styles.f(date); continue; }
    const heading = model.cloneNode(true);
    heading.firstChild.textContent = today;
    (group || message).before(heading);
  }
  all(".zone").forEach(zone => { zone.textContent = `Times are in your time zone, ${timeZone.replace(/_/g, " ")}.`; });
};

addEventListener("DOMContentLoaded", () => {
  all(".theme").forEach(switchTheme);
  all("[data-copy]").forEach(button => copy(button, document.getElementById(button.dataset.copy)));
  for (const code of all(".k pre")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "copy", textContent: "Copy" });
    code.after(button);
    copy(button, code);
  }
  all(".thread").forEach(localTimes);
});
})();
