/* Runs in every frame before the page does. `report` is a binding of the test: it counts what executed.
   `attack` sets off whatever waits for an event; `structure` names what a page of ours never holds. */
(() => {
"use strict";
const send = window.report, report = (kind, what) => { send(kind, String(what).slice(0, 200)); };
const hook = (owner, name) => { owner[name] = what => { report("fired", `${name}(${what})`); }; };
for (const name of ["alert", "confirm", "prompt", "print", "open"]) hook(window, name);
for (const name of ["write", "writeln", "open"]) hook(Document.prototype, name);
addEventListener("securitypolicyviolation", event => report("violation", `${event.violatedDirective} ${event.blockedURI} ${event.sample}`));

const HTML = "http://www.w3.org/1999/xhtml", SVG = "http://www.w3.org/2000/svg";
const set = words => new Set(words.split(" "));
const TAGS = {
  html: "lang data-theme", head: "", meta: "charset name content property media", title: "", link: "rel href type title",
  script: "src id type", body: "", header: "class", main: "class id", nav: "class aria-label", section: "class aria-label aria-labelledby",
  footer: "class", article: "class id data-post data-speaker data-at tabindex", div: "class id role aria-label tabindex autofocus data-notice",
  h1: "id", h2: "class id tabindex", h3: "class", h4: "class", p: "class id role", b: "aria-current", bdi: "class", span: "class aria-hidden",
  a: "class href rel download aria-label target data-jump", ul: "class aria-label", ol: "class start", li: "class id title",
  time: "class datetime data-s title", img: "class src alt title width height loading", figure: "class", figcaption: "", blockquote: "",
  pre: "tabindex", code: "id", strong: "", em: "", u: "", s: "", q: "", small: "", hr: "", br: "", details: "class open", summary: "aria-label",
  table: "", tbody: "", tr: "", th: "scope", td: "", progress: "aria-hidden max value",
  button: "class type hidden data-copy data-verb data-argument data-title data-text data-yes data-no data-do data-emoji data-close aria-pressed aria-label title",
  form: "method action", fieldset: "class", legend: "class", label: "class", select: "name", option: "value selected",
  input: "type name value checked min max inputmode maxlength",
};
const DRAWN = {
  svg: "class width height aria-hidden", symbol: "id viewBox", g: "fill stroke stroke-width", rect: "x y width height rx",
  circle: "cx cy r fill stroke stroke-width", path: "d fill stroke stroke-width stroke-linejoin stroke-linecap", use: "href",
};
const allowed = Object.fromEntries(Object.entries({ [HTML]: TAGS, [SVG]: DRAWN }).map(
  ([space, tags]) => [space, Object.fromEntries(Object.entries(tags).map(([tag, names]) => [tag, set(names)]))]));
const META = set("viewport robots referrer color-scheme theme-color description twitter:card twitter:title twitter:description twitter:image");
const LINKS = set("stylesheet icon alternate"), INPUTS = set("text hidden radio checkbox number"), SAFE = set("http: https: mailto:");
const ONCE = ["title", "h1", "main", "form", "head", "body"];

// What the browser cannot read as an address leads nowhere; its scheme is the one that is written.
const absolute = (address, base) => { try { return new URL(address, base); } catch { return { protocol: /^[a-z]+:/.exec(address)?.[0] ?? "broken:" }; } };
const ours = (address, base) => absolute(address, base).origin === new URL(base).origin;

const checks = {
  a: (el, base) => {
    const url = absolute(el.getAttribute("href") ?? "", base);
    if (!SAFE.has(url.protocol)) return `href with ${url.protocol}`;
    if (url.origin !== new URL(base).origin && !set(el.getAttribute("rel") ?? "").has("noopener")) return "a way out without noopener";
  },
  img: (el, base) => ours(el.getAttribute("src"), base) ? "" : "a picture from elsewhere",
  link: (el, base) => LINKS.has(el.rel) && ours(el.getAttribute("href"), base) && el.closest("head") ? "" : "a strange link element",
  meta: el => (el.hasAttribute("charset") || META.has(el.name) || /^og:[a-z_:]+$/.test(el.getAttribute("property") ?? "")) && el.closest("head") ? "" : "a strange meta element",
  form: (el, base) => ours(el.getAttribute("action"), base) ? "" : "a form that sends elsewhere",
  input: el => INPUTS.has(el.getAttribute("type") ?? "text") ? "" : `an input of type ${el.type}`,
  use: el => /^#i-[a-z]+$/.test(el.getAttribute("href")) ? "" : "a drawing from elsewhere",
  script: (el, base, script) => {
    if (!el.closest("head")) return "a script outside the head";
    if (el.hasAttribute("src")) return el.getAttribute("src") === script && !el.text && el.attributes.length === 1 ? "" : "a script of somebody else";
    if (el.id !== "discord:component-embed" || el.type !== "application/json") return "an inline script";
    try { JSON.parse(el.text); } catch { return "broken JSON in the component embed"; }
  },
};

const fault = (el, base, script) => {
  const attributes = allowed[el.namespaceURI]?.[el.localName];
  if (!attributes) return `a <${el.localName}>`;
  for (const { name, value } of el.attributes) {
    if (!attributes.has(name)) return `the attribute ${name} of <${el.localName}>`;
    if (name === "class" && !/^[A-Za-z][A-Za-z0-9-]*( +[a-z][a-z0-9-]*)* *$/.test(value)) return `the class ${value}`;
  }
  return checks[el.localName]?.(el, base, script);
};

const structure = (doc, { base = location.href, script = "" } = {}) => {
  const found = [], note = (what, el) => {
    const message = el?.closest?.("[id]");
    found.push(`${what} in ${message ? `#${message.id}` : "the page"}: ${(el?.outerHTML ?? el?.nodeValue ?? "").slice(0, 160)}`);
  };
  const walker = doc.createTreeWalker(doc, NodeFilter.SHOW_ALL);
  const counts = {};
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if (node.nodeType === Node.ELEMENT_NODE) {
      counts[node.localName] = (counts[node.localName] ?? 0) + 1;
      const wrong = fault(node, base, script);
      if (wrong) note(wrong, node);
    } else if (![Node.TEXT_NODE, Node.DOCUMENT_NODE, Node.DOCUMENT_TYPE_NODE].includes(node.nodeType)) {
      note("a comment", node.parentElement);
    }
    if (found.length >= 20) break;
  }
  for (const tag of ONCE) if (counts[tag] > 1) found.push(`${counts[tag]} <${tag}>`);
  if (counts.script > 2) found.push(`${counts.script} scripts`);
  return found;
};

const all = (doc, visit) => {
  const walker = doc.createTreeWalker(doc, NodeFilter.SHOW_ELEMENT);
  const elements = [];
  for (let el = walker.currentNode; el; el = walker.nextNode()) elements.push(el);
  elements.forEach(visit);
};

const attack = doc => {
  doc.addEventListener("click", event => {
    const link = event.target.closest?.("a, area");
    if (!link || SAFE.has(absolute(link.getAttribute("href") ?? "", location.href).protocol)) event.preventDefault();
  }, true);
  all(doc, el => {
    if (el.localName === "details") el.open = true;
    for (const { name } of [...(el.attributes ?? [])]) {
      if (name.startsWith("on")) el.dispatchEvent(new Event(name.slice(2)));
    }
    const href = el.getAttribute?.("href") ?? el.getAttribute?.("xlink:href") ?? el.getAttribute?.("formaction");
    if (href && !SAFE.has(absolute(href, "https://example.org/").protocol)) el.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  });
};

const frames = () => [...document.querySelectorAll("iframe")].map(frame => {
  try { return frame.contentWindow; } catch { return null; }
}).filter(Boolean);

Object.defineProperty(window, "oracle", { value: { structure, attack,
  attackFrames: () => { for (const frame of frames()) { try { attack(frame.document); } catch { /* it went elsewhere: that is counted */ } } },
  frameStructures: options => frames().flatMap(frame => {
    try { return structure(frame.document, { ...options, base: frame.location.href }); } catch { return ["a frame went elsewhere"]; }
  }),
  parsed: (pages, options) => pages.map(page => structure(new DOMParser().parseFromString(page, "text/html"), options)),
} });
})();
