// Talking to the server: everything is JSON and carries who one is.

export const tab = crypto.randomUUID();
export const me = { id: "" };

function address(path, query) {
  const url = new URL(`/playground/api/${path}`, location.origin);
  for (const [name, value] of Object.entries({ as: me.id, ...query })) url.searchParams.set(name, value);
  return url;
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || "The playground does not answer. Is it still running?");
  return body;
}

async function ask(path, query, options) {
  let response;
  try {
    response = await fetch(address(path, query), options);
  } catch {
    throw new Error("The playground does not answer. Is it still running?");
  }
  return answer(response);
}

export const get = (path, query = {}) => ask(path, query);

export const post = (path, body = {}) =>
  ask(path, {}, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const upload = (file) =>
  ask("files", { name: file.name }, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: file,
  });

/** Calls `tell` with each piece of news; the browser reconnects by itself. Returns how to stop. */
export function listen(tell) {
  const source = new EventSource(address("events", { tab }));
  source.onmessage = (event) => tell(JSON.parse(event.data));
  return () => source.close();
}
