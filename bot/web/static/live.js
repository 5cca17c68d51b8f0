// What a page gains from a script: it fetches itself anew when something changed, without moving what is under the
// thumb; it shows what staff are told and who has what open, counts down, and measures a wording while it is typed.
// Everything else works without.
"use strict";

const main = document.getElementById("main");
const stale = document.getElementById("stale");
let typed = false;

document.addEventListener("input", (event) => {
  if (main.contains(event.target)) typed = true;
});

function open_parts() {
  return new Map([...document.querySelectorAll("details[data-keep]")].map((part) => [part.dataset.keep, part.open]));
}

function put(fresh, selector) {
  const [from, to] = [fresh.querySelector(selector), document.querySelector(selector)];
  if (from && to && from.innerHTML !== to.innerHTML) to.innerHTML = from.innerHTML;
}

// An answer to a form has no address of its own that could be fetched: like a page in which someone has typed it keeps
// its words, and only what stands around them is renewed, from the page that it is about.
const answer_about = main.dataset.answer;

function history_in(part) {
  return part.querySelector(".steps")?.innerHTML;
}

function replace_main(news) {
  const were_open = open_parts();
  const focused = document.activeElement && document.activeElement.id;
  main.innerHTML = news.innerHTML;
  for (const name of ["state"]) if (name in news.dataset) main.dataset[name] = news.dataset[name];
  main.dataset.seen = news.innerHTML;
  for (const part of main.querySelectorAll("details[data-keep]")) {
    if (were_open.has(part.dataset.keep)) part.open = were_open.get(part.dataset.keep);
  }
  if (focused) document.getElementById(focused)?.focus();
  start_clocks();
}

// Rows stay where they are: what they say is renewed in place, what has left the queue says so, and what is new waits
// behind a bar until it is asked for.
function renew_rows(news) {
  const fresh = new Map([...news.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const here = [...main.querySelectorAll("[data-row]")];
  if (!here.length) return replace_main(news);
  for (const row of here) {
    const now = fresh.get(row.dataset.row);
    fresh.delete(row.dataset.row);
    if (!now) row.classList.add("gone");
    for (const part of [".status", ".pile-on", ".chips", ".rest"]) {
      const [from, to] = [now && now.querySelector(part), row.querySelector(part)];
      if (from && to && from.innerHTML !== to.innerHTML) to.innerHTML = from.innerHTML;
    }
    if (!now && row.querySelector(".chips")) row.querySelector(".chips").innerHTML = '<span class="chip">Changed: no longer in this list</span>';
  }
  for (const part of [".views", ".lede"]) {
    const [from, to] = [news.querySelector(part), main.querySelector(part)];
    if (from && to && from.innerHTML !== to.innerHTML) to.innerHTML = from.innerHTML;
  }
  start_clocks();
  announce(fresh.size, news);
}

function announce(number, news) {
  let bar = document.getElementById("arrived");
  if (!number) return bar?.remove();
  if (!bar) {
    bar = document.createElement("a");
    bar.id = "arrived";
    bar.className = "button primary arrived";
    bar.href = location.href;
    bar.setAttribute("role", "status");
    main.querySelector(".head").after(bar);
  }
  bar.textContent = `${number} new ${number === 1 ? "case" : "cases"}: show ${number === 1 ? "it" : "them"}`;
  bar.onclick = (event) => {
    event.preventDefault();
    replace_main(news);
    main.querySelector("h1").scrollIntoView();
  };
}

async function fetch_anew() {
  const page = answer_about || location.href;
  const answer = await fetch(page, { headers: { "X-Live": "1" }, credentials: "same-origin" });
  if (!answer.ok) {
    if (answer.status < 500) stale.hidden = false;
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const stood = main.getBoundingClientRect().top;
  for (const frame of [".places", ".tabs", "#paused", "#notices"]) put(fresh, frame);
  scrollBy(0, main.getBoundingClientRect().top - stood);
  const news = fresh.getElementById("main");
  if (!news || news.innerHTML === main.dataset.seen) return;
  if ("queue" in main.dataset) return renew_rows(news);
  // What could be approved must not become another text under the thumb.
  const changed = main.dataset.state !== news.dataset.state && main.querySelector("#approve");
  if (answer_about || typed || changed) {
    if (changed || history_in(news) !== history_in(main)) stale.hidden = false;
    return;
  }
  replace_main(news);
}

function start_clocks() {
  const ends = performance.now();
  for (const clock of main.querySelectorAll("[data-seconds]")) clock.ends = ends + 1000 * clock.dataset.seconds;
}

setInterval(() => {
  for (const clock of main.querySelectorAll("[data-seconds]")) {
    const left = Math.ceil((clock.ends - performance.now()) / 1000);
    if (clock.matches(".undo-bar")) {
      clock.querySelector(".left").textContent = `(${left} s)`;
      if (left <= 0) clock.remove();
    } else {
      clock.textContent = left > 0 ? `${left} s left to undo` : "undo window over";
    }
  }
}, 500);

// Whoever uncovers the post of a case may approve: the console is told, since it will ask.
document.addEventListener(
  "toggle",
  async (event) => {
    const veil = event.target;
    if (!veil.dataset?.shows || !veil.open || !document.getElementById("gate")) return;
    const body = new URLSearchParams({ mention_version: veil.dataset.version });
    const answer = await fetch(veil.dataset.shows, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) return void (stale.hidden = false);
    document.getElementById("approve")?.removeAttribute("disabled");
    document.getElementById("gate")?.remove();
  },
  true,
);

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-uncovers]");
  const veil = link && main.querySelector("[data-shows]");
  if (!veil) return;
  event.preventDefault();
  veil.open = true;
  veil.scrollIntoView({ block: "center" });
  veil.querySelector("summary").focus({ preventScroll: true });
});

let waiting = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-length]");
  if (!form || event.target.type === "checkbox") return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const body = new URLSearchParams({ text: event.target.value });
    const answer = await fetch(form.dataset.length, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) return;
    const { length, limit, words, refusals, advice } = await answer.json();
    const shown = form.querySelector("[data-measure]");
    shown.textContent = words;
    shown.classList.toggle("over", length > limit);
    const list = form.querySelector("[data-lint]");
    list.replaceChildren(...refusals.map((words) => said(words, "refusal")), ...advice.map((words) => said(words, "advice")));
    list.hidden = !list.children.length;
  }, 200);
});

function said(words, kind) {
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = kind === "refusal" ? `Cannot be saved: ${words}` : words;
  return line;
}

let [fetching, asked] = [false, false];

// One after the other, since of two answers under way the older could come last; and however many changes come
// meanwhile, they are one more fetch.
async function renew() {
  asked = true;
  if (fetching) return;
  fetching = true;
  while (asked) {
    asked = false;
    await fetch_anew().catch(() => {});
  }
  fetching = false;
}

// Who else has which case open: `{case: [names]}`, all that are open now.
function show_who(event) {
  const open = JSON.parse(event.data);
  const places = [...main.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row.querySelector(".chips")]);
  if (main.dataset.case) places.push([main.dataset.case, main.querySelector(".head .chips")]);
  for (const [name, chips] of places) {
    if (!chips) continue;
    chips.querySelector(".open-by")?.remove();
    const people = open[name];
    if (!people) continue;
    const chip = document.createElement("span");
    chip.className = "chip open-by";
    const last = people.length > 1 ? ` and ${people.at(-1)}` : "";
    chip.textContent = `${(last ? people.slice(0, -1) : people).join(", ")}${last} ${last ? "have" : "has"} it open`;
    chips.append(" ", chip);
  }
}

const about = main.dataset.case ? `?case=${encodeURIComponent(main.dataset.case)}` : "";
const stream = new EventSource(`/events${about}`);
stream.addEventListener("changed", renew);
stream.addEventListener("who", show_who);

main.dataset.seen = main.innerHTML;
start_clocks();
