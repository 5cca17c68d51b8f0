// What a page gains from a script: it fetches itself anew when something changed, shows what staff are told, counts
// down the undo window and measures a wording while it is typed. Everything else works without.
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

async function fetch_anew() {
  const page = answer_about || location.href;
  const answer = await fetch(page, { headers: { "X-Live": "1" }, credentials: "same-origin" });
  if (!answer.ok) {
    if (answer.status < 500) stale.hidden = false;
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const frame of [".places", ".tabs", "#paused", "#notices"]) put(fresh, frame);
  const news = fresh.getElementById("main");
  if (!news || news.innerHTML === main.dataset.seen) return;
  if (answer_about || typed) {
    if (history_in(news) !== history_in(main)) stale.hidden = false;
    return;
  }
  const were_open = open_parts();
  const focused = document.activeElement && document.activeElement.id;
  main.innerHTML = news.innerHTML;
  main.dataset.seen = news.innerHTML;
  for (const part of main.querySelectorAll("details[data-keep]")) {
    if (were_open.has(part.dataset.keep)) part.open = were_open.get(part.dataset.keep);
  }
  if (focused) document.getElementById(focused)?.focus();
  start_clocks();
}

function start_clocks() {
  const ends = performance.now();
  for (const clock of main.querySelectorAll(".clock[data-seconds]")) clock.ends = ends + 1000 * clock.dataset.seconds;
}

setInterval(() => {
  for (const clock of main.querySelectorAll(".clock[data-seconds]")) {
    const left = Math.ceil((clock.ends - performance.now()) / 1000);
    clock.textContent = left > 0 ? `${left} s left to undo` : "undo window over";
  }
}, 500);

let waiting = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-length]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const body = new URLSearchParams({ text: event.target.value });
    const answer = await fetch(form.dataset.length, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) return;
    const { length, limit } = await answer.json();
    const shown = form.querySelector("[data-measure]");
    shown.textContent = `${length} of ${limit} characters`;
    shown.classList.toggle("over", length > limit);
  }, 200);
});

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

const stream = new EventSource("/events");
stream.addEventListener("changed", renew);

main.dataset.seen = main.innerHTML;
start_clocks();
