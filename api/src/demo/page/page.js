// The start page: who one is, what one asks, and what the API answers.

import { ask, at, curl, explained, filled, parsed, pretty, problems } from "/demo/answer.js";
import { texts } from "/demo/texts.js";

const element = (id) => document.getElementById(id);
const state = {
  language: remembered() ?? "sv",
  people: [],
  names: {},
  examples: [],
  persona: "",
  example: null,
  answer: null,
  turn: 0,
};
const words = () => texts[state.language];

function remembered() {
  try {
    const language = localStorage.getItem("language");
    return language in texts ? language : null;
  } catch {
    return null;
  }
}

const somebody = (name) => state.people.find((person) => person.persona === name);
const titleOf = (person, language) => (person ? person[`title_${language}`] : texts[language].anonymous);
const tokenOf = (name) => somebody(name)?.token ?? "";

/** The variables in the editor; null if they cannot be read. */
function variables() {
  const text = element("variables").value.trim();
  const value = text === "" ? {} : parsed(text);
  return value && typeof value === "object" && !Array.isArray(value) ? value : null;
}

// What stands on the page

function speak(language) {
  state.language = language;
  document.documentElement.lang = language;
  document.title = words().pageTitle;
  for (const spot of document.querySelectorAll("[data-text]")) spot.textContent = words()[spot.dataset.text];
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  showPeople();
  showExamples();
  showPersona();
  showAbout();
  showAnswer();
}

function showPeople() {
  const groups = new Map([["", [{ persona: "", organisation: "" }]]]);
  for (const person of state.people) {
    groups.set(person.organisation, [...(groups.get(person.organisation) ?? []), person]);
  }
  // Whoever is not signed in comes last.
  const [anonymous, ...others] = groups;
  const options = [...others, anonymous].map(([organisation, people]) => {
    const group = document.createElement("optgroup");
    group.label = organisation ? (state.names[organisation] ?? organisation) : words().anonymousGroup;
    for (const person of people) {
      const known = somebody(person.persona);
      group.append(new Option(titleOf(known, state.language), person.persona, false, person.persona === state.persona));
    }
    return group;
  });
  element("persona").replaceChildren(...options);
}

function showPersona() {
  const person = somebody(state.persona);
  const other = state.language === "sv" ? "en" : "sv";
  element("persona").value = state.persona;
  element("title-own").textContent = titleOf(person, state.language);
  element("title-other").textContent = titleOf(person, other);
  element("title-other").lang = other;
  const name = person && (state.names[person.organisation] ?? person.organisation);
  element("organisation").textContent = name ?? words().noOrganisation;
  element("role").textContent = person ? words().roles[person.role] : words().anonymousRole;
  element("token-part").hidden = !person;
  element("token").value = person?.token ?? "";
  element("as").textContent = words().as(titleOf(person, state.language));
  showCurl();
}

function showExamples() {
  const items = state.examples.map((example) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-current", String(example === state.example));
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = example.title[state.language];
    const who = document.createElement("span");
    who.className = "quiet";
    who.textContent = example.anybody ? words().anyone : titleOf(somebody(example.persona), state.language);
    button.append(name, who);
    button.addEventListener("click", () => choose(example, button));
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  element("examples").replaceChildren(...items);
}

function showAbout() {
  element("about").textContent = state.example?.about[state.language] ?? "";
}

function showCurl() {
  const query = element("query").value;
  element("curl").value = curl(tokenOf(state.persona), state.language, query, variables() ?? {});
}

function showAnswer() {
  const { answer } = state;
  const status = element("status");
  const found = answer?.problem ? [answer.problem(words())] : answer ? problems(answer, words()) : [];
  const bad = found.length > 0 || (answer && answer.status !== 200);
  status.className = answer ? `status ${bad ? "bad" : "good"}` : "status";
  status.textContent = !answer
    ? words().noAnswer
    : answer.status
      ? words().done(answer.status, answer.milliseconds, size(answer.text))
      : words().failed;
  element("explanations").replaceChildren(...explained(found));
  element("answer").hidden = !answer?.text;
  if (answer?.text) element("answer").replaceChildren(...(answer.body ? pretty(answer.body) : [answer.text]));
}

function size(text) {
  const bytes = new TextEncoder().encode(text).length;
  const number = new Intl.NumberFormat(state.language, { maximumFractionDigits: 1 });
  return bytes < 1000 ? `${bytes} B` : `${number.format(bytes / 1000)} kB`;
}

function say(text) {
  element("said").textContent = text;
}

// What one does

/** Fills the editor with an example, its ids looked up as the one who is to run it. */
async function choose(example, button) {
  const turn = ++state.turn;
  state.example = example;
  for (const other of document.querySelectorAll("#examples button")) {
    other.setAttribute("aria-current", String(other === button));
  }
  if (!example.anybody) state.persona = example.persona;
  state.answer = null;
  element("query").value = example.query.join("\n");
  element("query").rows = Math.min(example.query.length + 1, 28);
  element("variables").value = "";
  showPersona();
  showAbout();
  showAnswer();
  if (example.lookups.length > 0) element("status").textContent = words().preparing;
  const found = await lookedUp(example);
  if (turn !== state.turn) return;
  if (found.answer) {
    state.answer = found.answer;
  } else {
    element("variables").value = JSON.stringify(filled(example.variables, found.values), null, 2);
    say(words().ready);
  }
  element("variables").rows = Math.min(element("variables").value.split("\n").length + 1, 20);
  showCurl();
  showAnswer();
  if (button && window.matchMedia("(max-width: 62rem)").matches) {
    element("request").focus({ preventScroll: true });
    element("request").scrollIntoView();
  }
}

/** The values that an example needs, or the answer that lacks one. */
async function lookedUp(example) {
  const values = {};
  for (const lookup of example.lookups) {
    const answer = await ask(tokenOf(state.persona), state.language, lookup.query, {});
    for (const [name, path] of Object.entries(lookup.take)) {
      values[name] = at(answer.body?.data, path);
      if (values[name] !== undefined) continue;
      if (answer.status === 200 && !answer.body?.errors) {
        answer.problem = (its) => ({ code: its.nothingFound, message: "", help: its.nothingFoundHelp });
      }
      return { answer };
    }
  }
  return { values };
}

async function run() {
  const values = variables();
  if (values === null) {
    const problem = (its) => ({ code: its.badVariables, message: "", help: its.badVariablesHelp });
    state.answer = { status: 0, text: "", body: null, problem };
    showAnswer();
    element("variables").focus();
    return;
  }
  const turn = ++state.turn;
  const button = element("run");
  button.setAttribute("aria-disabled", "true");
  element("status").className = "status";
  element("status").textContent = words().running;
  const answer = await ask(tokenOf(state.persona), state.language, element("query").value, values);
  button.removeAttribute("aria-disabled");
  if (turn !== state.turn) return;
  state.answer = answer;
  showAnswer();
  if (window.matchMedia("(max-width: 62rem)").matches) element("status").scrollIntoView({ block: "nearest" });
}

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    say(words().copied);
  } catch {
    field.select();
    say(words().notCopied);
  }
}

/** The names of the people's organisations: public, so nobody needs to be signed in. */
async function organisationNames() {
  const numbers = [...new Set(state.people.map((person) => person.organisation))];
  const fields = numbers.map((number) => `o${number}: organisation(organisationNumber: "${number}") { name }`);
  const { body } = await ask("", "sv", `query Names { ${fields.join(" ")} }`, {});
  return Object.fromEntries(numbers.map((number) => [number, body?.data?.[`o${number}`]?.name ?? number]));
}

async function begin() {
  const read = async (path) => (await fetch(path)).json();
  try {
    [state.people, state.examples] = await Promise.all([read("/demo/personas.json"), read("/demo/examples.json")]);
  } catch {
    state.answer = { status: 0, text: "", body: null };
  }
  state.names = await organisationNames();
  state.persona = state.people[0]?.persona ?? "";
  speak(state.language);
  if (state.examples.length > 0) await choose(state.examples[0], null);
  element("examples").querySelector("button")?.setAttribute("aria-current", "true");
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    try {
      localStorage.setItem("language", button.dataset.language);
    } catch {
      // A browser that keeps nothing asks again next time.
    }
    speak(button.dataset.language);
  });
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copy(element(button.dataset.copy)));
}
element("persona").addEventListener("change", (event) => {
  state.persona = event.target.value;
  showPersona();
});
element("run").addEventListener("click", run);
for (const field of ["query", "variables"]) {
  element(field).addEventListener("input", showCurl);
  element(field).addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });
}

begin();
