// Asks the browser for a passkey, or for its signature, and sends the answer with the form.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const opened = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

const asked = {
  async create(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: opened(options.excludeCredentials),
      },
    });
    return { ...plain(made), response: parts(made, ["clientDataJSON", "attestationObject"]) };
  },
  async get(options) {
    const signed = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        allowCredentials: opened(options.allowCredentials),
      },
    });
    const names = ["clientDataJSON", "authenticatorData", "signature"];
    return { ...plain(signed), response: parts(signed, names) };
  },
};

function plain(credential) {
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function parts(credential, names) {
  return Object.fromEntries(names.map((name) => [name, toText(credential.response[name])]));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const options = JSON.parse(form.dataset.options);
    try {
      const answer = await asked[form.dataset.passkey](options.publicKey || options);
      form.elements.credential.value = JSON.stringify(answer);
    } catch (refused) {
      form.elements.credential.value = "none";
    }
    form.submit();
  });
}
