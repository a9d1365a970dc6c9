// Passkeys: what the browser must do itself. The forms work only with scripts and stay hidden without.
(() => {
  "use strict";

  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (char) => char.charCodeAt(0));
  };
  const toText = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const keys = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  async function make(options) {
    const given = options.publicKey;
    const made = await navigator.credentials.create({
      publicKey: {
        ...given,
        challenge: toBytes(given.challenge),
        user: { ...given.user, id: toBytes(given.user.id) },
        excludeCredentials: keys(given.excludeCredentials),
        // A passkey of ours signs in alone: it is kept on the device and asks who is there.
        authenticatorSelection: {
          ...given.authenticatorSelection,
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
      },
    });
    return {
      ...named(made),
      response: {
        clientDataJSON: toText(made.response.clientDataJSON),
        attestationObject: toText(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    };
  }

  async function prove(options) {
    const given = options.publicKey;
    const proof = await navigator.credentials.get({
      publicKey: {
        ...given,
        challenge: toBytes(given.challenge),
        allowCredentials: keys(given.allowCredentials),
      },
    });
    const handle = proof.response.userHandle;
    return {
      ...named(proof),
      response: {
        clientDataJSON: toText(proof.response.clientDataJSON),
        authenticatorData: toText(proof.response.authenticatorData),
        signature: toText(proof.response.signature),
        userHandle: handle ? toText(handle) : null,
      },
    };
  }

  function named(credential) {
    return {
      type: credential.type,
      id: credential.id,
      rawId: toText(credential.rawId),
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }

  async function optionsOf(form) {
    if (form.dataset.passkey !== "sign-in") {
      return JSON.parse(document.getElementById("passkey-options").textContent);
    }
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return answer.json();
  }

  async function run(form) {
    const options = await optionsOf(form);
    const result = options.creation_options
      ? await make(options.creation_options)
      : await prove(options.request_options);
    form.elements.credential.value = JSON.stringify(result);
    HTMLFormElement.prototype.submit.call(form);
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      const wrong = form.querySelector(".gd-wrong");
      button.disabled = true;
      wrong.hidden = true;
      run(form).catch(() => {
        wrong.textContent = form.dataset.failed;
        wrong.hidden = false;
        button.disabled = false;
      });
    });
  }
})();
