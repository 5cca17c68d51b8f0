// Single keys for whoever works at a keyboard. They do nothing while somebody types, and this file is not loaded where
// a reader has turned them off. What each does stands on the page /keys.
"use strict";

(() => {
  const content = document.getElementById("main");
  const typing = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

  function step(by) {
    const links = [...content.querySelectorAll("[data-row] h3 a")];
    const here = links.indexOf(document.activeElement.closest?.("[data-row]")?.querySelector("h3 a"));
    const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
    links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
  }

  function unfold(name, field) {
    const part = content.querySelector(`details[data-keep="${name}"]`);
    if (!part) return;
    part.open = true;
    part.querySelector(field)?.focus();
  }

  async function help() {
    const open = document.querySelector("dialog.help");
    if (open) return open.close();
    const answer = await fetch("/keys", { headers: { "X-Live": "1" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const dialog = document.createElement("dialog");
    dialog.className = "help";
    dialog.setAttribute("aria-label", "Keys");
    const close = document.createElement("button");
    close.className = "button wide";
    close.textContent = "Close";
    close.onclick = () => dialog.close();
    dialog.append(...page.querySelectorAll("#keys-table, #keys-off"), close);
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
    close.focus();
  }

  const acts = {
    j: () => {
      const onward = content.querySelector("#onward");
      if (onward) onward.focus();
      else step(1);
    },
    k: () => step(-1),
    a: () => (content.querySelector("#approve:enabled") || content.querySelector("#gate a"))?.focus(),
    d: () => {
      const tick = document.activeElement.closest?.("[data-row]")?.querySelector(".tick input");
      if (tick) tick.click();
      else unfold("dismiss", "input[type=radio]");
    },
    e: () => unfold("edit", "textarea"),
    "/": () => {
      if (!document.getElementById("search")) return location.assign("/search");
      unfold("find", "#search");
      document.getElementById("search").focus();
    },
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (!Object.hasOwn(acts, event.key) || event.target.closest?.(typing)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    event.preventDefault();
    acts[event.key]();
  });
})();
