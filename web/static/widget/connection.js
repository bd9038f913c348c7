// One WebSocket that stays: it reconnects with growing pauses, and asks again whatever was not
// answered. The server knows a message by its id, so asking again never doubles an answer.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20000;
const PING_EVERY = 20000;
const PONG_WITHIN = 10000;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Connection {
  #socket = null;
  #pause = FIRST_PAUSE;
  #retry = 0;
  #ping = 0;
  #pong = 0;
  #greeted = false;
  #unanswered = new Map();
  #handlers = {
    session: (message) => this.#welcome(message),
    typing: () => this.on.typing(),
    reply: (message) => this.#answered(message),
    offer: (message) => this.on.offer(message),
    pong: () => clearTimeout(this.#pong),
    error: (message) => this.#refused(message),
  };

  // on: {greeted()?, state(online), typing(), reply(id, message), offer(message), failed(id, error)}
  constructor(memory, sku, on) {
    this.memory = memory;
    this.sku = sku;
    this.on = on;
    addEventListener("online", () => this.open());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.#greeted) this.open();
    });
  }

  open() {
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.#retry);
    const url = new URL("/ws/chat", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = (this.#socket = new WebSocket(url));
    socket.addEventListener("open", () => this.#hello());
    socket.addEventListener("message", (event) => this.#receive(event.data));
    socket.addEventListener("close", () => socket === this.#socket && this.#lost());
  }

  ask(text) {
    const id = newId();
    this.#unanswered.set(id, text);
    if (this.#greeted) this.#send({ type: "message", id, text });
    return id;
  }

  #hello() {
    this.#send({ type: "hello", session: this.memory.session, sku: this.sku });
  }

  #welcome(message) {
    this.memory.session = message.session;
    this.#greeted = true;
    this.#pause = FIRST_PAUSE;
    this.#ping = setInterval(() => this.#checkLine(), PING_EVERY);
    this.on.state(true);
    this.on.greeted?.();
    for (const [id, text] of this.#unanswered) this.#send({ type: "message", id, text });
  }

  #answered(message) {
    // A second reply to one message can only be a repetition.
    if (this.#unanswered.delete(message.id)) this.on.reply(message.id, message);
  }

  #refused({ id, error }) {
    if (id !== undefined) {
      if (this.#unanswered.delete(id)) this.on.failed(id, error);
    } else if (error.code === "session_invalid" && this.memory.session) {
      this.memory.session = null;
      this.#hello();
    } else if (error.code === "unknown_sku" && this.sku) {
      this.sku = null;
      this.#hello();
    }
  }

  #receive(data) {
    const message = JSON.parse(data);
    this.#handlers[message.type]?.(message);
  }

  #send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #checkLine() {
    this.#send({ type: "ping" });
    clearTimeout(this.#pong);
    const socket = this.#socket;
    this.#pong = setTimeout(() => socket.close(), PONG_WITHIN);
  }

  #lost() {
    this.#greeted = false;
    clearInterval(this.#ping);
    clearTimeout(this.#pong);
    this.on.state(false);
    // Jitter: after a restart, not every viewer comes back in the same second.
    this.#retry = setTimeout(() => this.open(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}
