// Enrols a passkey or signs in with one. Everything else on the pages works without scripts.
"use strict";

(() => {
  const box = document.getElementById("passkey");
  if (!box || !window.PublicKeyCredential) return;
  const button = document.getElementById("passkey-button");
  const trouble = document.getElementById("passkey-trouble");
  const { action, formToken, interaction, failed } = box.dataset;
  box.hidden = false;

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

  async function post(path, body) {
    const query = interaction ? `?interaction=${encodeURIComponent(interaction)}` : "";
    const answer = await fetch(path + query, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Form-Token": formToken },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function register() {
    const options = await post("/passkeys/register/options", {});
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      },
    });
    const response = {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
    };
    const name = document.getElementById("passkey-name").value;
    return post("/passkeys/register", { name, credential: written(made, response) });
  }

  async function login() {
    const options = await post("/passkeys/login/options", {});
    const signed = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      },
    });
    const response = {
      clientDataJSON: toText(signed.response.clientDataJSON),
      authenticatorData: toText(signed.response.authenticatorData),
      signature: toText(signed.response.signature),
      userHandle: signed.response.userHandle ? toText(signed.response.userHandle) : null,
    };
    return post("/passkeys/login", { credential: written(signed, response) });
  }

  const written = (credential, response) => ({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
  });

  button.addEventListener("click", async () => {
    button.disabled = true;
    trouble.hidden = true;
    try {
      const { next } = await (action === "register" ? register() : login());
      location.assign(next);
    } catch {
      trouble.textContent = failed;
      trouble.hidden = false;
      button.disabled = false;
    }
  });
})();
