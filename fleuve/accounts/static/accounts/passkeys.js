/* A passkey is made or signs: the page's form carries the answer. Without scripts the other ways stand beside it. */
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keysOf = (list) => (list ?? []).map((key) => ({ ...key, id: bytesOf(key.id) }));

async function optionsFor(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const response = await fetch(form.dataset.options, { method: "POST", headers });
  const answer = await response.json();
  if (answer.address) window.location.assign(answer.address);
  if (!response.ok) throw new Error(answer.message ?? "");
  return { ...answer, challenge: bytesOf(answer.challenge) };
}

async function made(form) {
  const options = await optionsFor(form);
  options.user.id = bytesOf(options.user.id);
  options.excludeCredentials = keysOf(options.excludeCredentials);
  const key = await navigator.credentials.create({ publicKey: options });
  const { clientDataJSON, attestationObject } = key.response;
  return {
    key,
    response: {
      clientDataJSON: textOf(clientDataJSON),
      attestationObject: textOf(attestationObject),
      transports: key.response.getTransports?.() ?? [],
    },
  };
}

async function signed(form) {
  const options = await optionsFor(form);
  options.allowCredentials = keysOf(options.allowCredentials);
  const key = await navigator.credentials.get({ publicKey: options });
  const { clientDataJSON, authenticatorData, signature, userHandle } = key.response;
  return {
    key,
    response: {
      clientDataJSON: textOf(clientDataJSON),
      authenticatorData: textOf(authenticatorData),
      signature: textOf(signature),
      userHandle: userHandle ? textOf(userHandle) : null,
    },
  };
}

async function answer(form) {
  const said = form.querySelector("[data-said]");
  said.textContent = "";
  try {
    const { key, response } = await (form.dataset.passkey === "make" ? made : signed)(form);
    const told = { id: key.id, rawId: textOf(key.rawId), type: key.type, response, clientExtensionResults: {} };
    form.elements.answer.value = JSON.stringify(told);
    form.submit();
  } catch (refused) {
    /* Browsers word their own refusals in their own way, and not in the page's language. */
    said.textContent = refused instanceof DOMException || !refused.message ? form.dataset.refused : refused.message;
  }
}

const isPossible = window.isSecureContext && "PublicKeyCredential" in window;
for (const place of document.querySelectorAll("[data-passkeys-impossible]")) place.hidden = isPossible;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !isPossible;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form);
  });
}
