// A WebSocket that is only listened to, and that comes back: pauses grow from half a second to
// fifteen, with jitter, so that after a restart not every page returns in the same instant. The
// server says something every twenty seconds; a line that is silent for longer is dead, even when
// the browser has not noticed. A phone that is unlocked or back in the network tries at once.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;
const SILENCE = 50000;

// on: {message(object), state(online)}; `path` may be a function, asked before each attempt.
export function follow(path, on) {
  let pause = FIRST_PAUSE;
  let retry = 0;
  let silent = 0;
  let socket = null;

  function heard() {
    clearTimeout(silent);
    silent = setTimeout(lost, SILENCE, socket);
  }

  function lost(dead) {
    if (dead !== socket) return;
    clearTimeout(silent);
    socket = null;
    // A line that died without a word may take minutes to close: it is not waited for.
    dead.close();
    on.state(false);
    retry = setTimeout(open, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function open() {
    clearTimeout(retry);
    const url = new URL(typeof path === "function" ? path() : path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(url);
    socket = mine;
    mine.addEventListener("open", () => {
      if (mine !== socket) return;
      pause = FIRST_PAUSE;
      heard();
      on.state(true);
    });
    mine.addEventListener("message", (event) => {
      if (mine !== socket) return;
      heard();
      on.message(JSON.parse(event.data));
    });
    mine.addEventListener("close", () => lost(mine));
    heard();
  }

  function now() {
    if (socket || document.hidden) return;
    pause = FIRST_PAUSE;
    open();
  }

  addEventListener("online", now);
  document.addEventListener("visibilitychange", now);
  open();
}
