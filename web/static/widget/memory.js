// What the page remembers: the session for weeks, the conversation until the tab closes.
// Browsers may refuse storage (private mode, third-party frames): then memory lasts one page.

const SESSION = "boxiaoer.session";
const TALK = "boxiaoer.talk";
const KEPT = 60;

function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

export class Memory {
  #session = attempt(() => localStorage.getItem(SESSION), null);
  #talk = attempt(() => JSON.parse(sessionStorage.getItem(TALK)) ?? [], []);

  get session() {
    return this.#session;
  }

  set session(token) {
    this.#session = token;
    attempt(() => (token ? localStorage.setItem(SESSION, token) : localStorage.removeItem(SESSION)));
  }

  get talk() {
    return this.#talk;
  }

  // entry: {from: "me", text} or {from: "shop", replies}
  add(entry) {
    this.#talk = [...this.#talk, entry].slice(-KEPT);
    attempt(() => sessionStorage.setItem(TALK, JSON.stringify(this.#talk)));
  }
}
