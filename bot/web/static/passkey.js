// Asks the browser for a passkey, or to make one, and posts what it says as an ordinary form. Pages say what else there
// is where this does not run.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
const words = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const SAID = {
  NotAllowedError: "Nothing was chosen, or it took too long.",
  InvalidStateError: "This device has a passkey for you here already.",
  SecurityError: "Passkeys do not work at this address.",
};

function opened(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const one of list || []) one.id = bytes(one.id);
  }
  return options;
}

function told(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = words(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  const { id, type } = credential;
  return JSON.stringify({ id, type, rawId: words(credential.rawId), response, clientExtensionResults: {} });
}

async function ask(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(), credentials: "same-origin" });
  if (!answer.ok) throw new Error("The console did not answer. Load the page again.");
  const publicKey = opened(await answer.json());
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  form.elements.credential.value = told(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  for (const words_without of document.querySelectorAll("[data-without-passkey]")) words_without.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [button, said] = [form.querySelector("button"), form.querySelector("[data-said]")];
    button.disabled = true;
    said.hidden = true;
    ask(form)
      .catch((error) => {
        said.textContent = SAID[error.name] || error.message;
        said.hidden = false;
      })
      .finally(() => {
        button.disabled = false;
      });
  });
}
