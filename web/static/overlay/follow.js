// A WebSocket that is only listened to, and that comes back: pauses grow from half a second to
// fifteen, with jitter, so that after a restart not every page returns in the same instant.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;

// on: {message(object), state(online)}; `path` may be a function, asked before each attempt.
export function follow(path, on) {
  let pause = FIRST_PAUSE;
  let retry = 0;

  function open() {
    clearTimeout(retry);
    const url = new URL(typeof path === "function" ? path() : path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      on.state(true);
    });
    socket.addEventListener("message", (event) => on.message(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      on.state(false);
      retry = setTimeout(open, pause * (0.5 + Math.random()));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  }

  open();
}
