// Asking the API, and telling what came of it.

/** Sends one request. Never throws: without an answer, `status` is 0. */
export async function ask(token, language, query, variables) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  if (token) headers.Authorization = `Bearer ${token}`;
  const started = performance.now();
  try {
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    const text = await response.text();
    return { status: response.status, text, body: parsed(text), milliseconds: Math.round(performance.now() - started) };
  } catch {
    return { status: 0, text: "", body: null, milliseconds: 0 };
  }
}

export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What stands at a path such as `viewer/organisation/name`. */
export function at(data, path) {
  return path.split("/").reduce((inner, step) => (inner == null ? undefined : inner[step]), data);
}

/** The same value with each `{name}` replaced by what was found. */
export function filled(value, found) {
  if (typeof value === "string") {
    const name = value.match(/^\{(\w+)\}$/);
    return name ? found[name[1]] : value;
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, found));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, found)]));
  }
  return value;
}

/** Everything that went wrong, with what to do about it: `{code, message, help}`. */
export function problems(answer, words) {
  if (answer.status === 0) return [{ code: words.unreachable, message: "", help: words.unreachableHelp }];
  const body = answer.body ?? {};
  const top = (body.errors ?? []).map((error) => {
    const place = error.locations?.[0];
    const where = place ? ` (${words.line(place.line, place.column)})` : "";
    const code = error.extensions?.code ?? "";
    return { code, message: `${error.message}${where}`, help: words.help[code] ?? "" };
  });
  const mendable = Object.values(body.data ?? {}).flatMap((payload) =>
    (payload?.userErrors ?? []).map((error) => ({
      code: [error.code, error.field?.join(".")].filter(Boolean).join(" · "),
      message: error.message,
      help: [words.help[error.code], words.nothingDone].filter(Boolean).join(" "),
    })),
  );
  return [...top, ...mendable];
}

/** The problems as elements: what happened, why, what to do next. */
export function explained(found) {
  return found.map(({ code, message, help }) => {
    const notice = document.createElement("div");
    notice.className = "notice";
    const name = document.createElement("code");
    name.textContent = code;
    notice.append(name);
    for (const text of [message, help].filter(Boolean)) {
      const line = document.createElement("p");
      line.textContent = text;
      notice.append(line);
    }
    return notice;
  });
}

/** JSON with line breaks, as coloured pieces. */
export function pretty(body) {
  const text = JSON.stringify(body, null, 2);
  const pieces = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(pieces)) {
    nodes.push(text.slice(end, match.index));
    const span = document.createElement("span");
    span.className = match[2] ? "key" : match[1] ? "text" : "other";
    span.textContent = match[1] ?? match[0];
    nodes.push(span, match[2] ?? "");
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

/** The request as a line for the shell. */
export function curl(token, language, query, variables) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = [
    `curl -s ${location.origin}/graphql`,
    `-H 'Content-Type: application/json'`,
    `-H 'Accept-Language: ${language}'`,
  ];
  if (token) parts.push(`-H 'Authorization: Bearer ${token}'`);
  const tidy = query.replace(/\s+/g, " ").trim();
  // A comment would swallow what follows it on the same line.
  const body = JSON.stringify({ query: query.includes("#") ? query : tidy, variables });
  parts.push(`--data-raw ${quoted(body)}`);
  return parts.join(" \\\n  ");
}
