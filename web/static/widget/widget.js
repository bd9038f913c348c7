// <script src="https://…/static/widget/widget.js" data-sku="…" data-open="wide"></script>
// Puts a chat bubble on any page. The chat itself runs in a frame of our own origin, so the
// page's styles, scripts and policy do not reach into it, nor it into them.

(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const WIDE = "(min-width: 900px)";

  const STYLE = `
    :host { all: initial; }
    .bubble, .panel { position: fixed; z-index: 2147483000; }
    .bubble { right: 18px; bottom: calc(18px + env(safe-area-inset-bottom)); width: 60px; height: 60px; padding: 0;
      border: 0; border-radius: 50%; background: none; cursor: pointer;
      box-shadow: 0 6px 20px rgb(200 50 20 / 35%); transition: transform .15s; }
    .bubble:hover { transform: scale(1.05); }
    .bubble:focus-visible { outline: 3px solid #1d1d1f; outline-offset: 3px; }
    .bubble img { display: block; width: 60px; height: 60px; }
    .count { position: absolute; top: -2px; right: -2px; min-width: 20px; padding: 0 5px; box-sizing: border-box;
      border-radius: 10px; background: #1d1d1f; color: #fff; font: 600 12px/20px system-ui, sans-serif; }
    .panel { right: 18px; bottom: 18px; width: 384px; height: min(660px, calc(100dvh - 36px)); border: 0;
      border-radius: 18px; box-shadow: 0 12px 48px rgb(0 0 0 / 22%); background: #f5f5f7; color-scheme: normal; }
    [hidden] { display: none !important; }
    @media (max-width: 560px) { .panel { inset: 0; width: 100%; height: 100dvh; border-radius: 0; } }
    @media (prefers-reduced-motion: reduce) { .bubble { transition: none; } }
  `;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const bubble = document.createElement("button");
  bubble.className = "bubble";
  bubble.type = "button";
  bubble.setAttribute("aria-label", "联系客服");
  const icon = document.createElement("img");
  icon.src = `${origin}/static/widget/icon.svg`;
  icon.alt = "";
  const count = document.createElement("span");
  count.className = "count";
  count.hidden = true;
  bubble.append(icon, count);
  root.append(bubble);

  let panel = null;
  let ready = false;
  let unread = 0;
  const waiting = [];

  function address() {
    const url = new URL("/widget/frame", origin);
    if (script.dataset.sku) url.searchParams.set("sku", script.dataset.sku);
    return url.href;
  }

  function post(message) {
    if (ready) panel.contentWindow.postMessage(message, origin);
    else waiting.push(message);
  }

  function frame() {
    if (panel) return;
    panel = document.createElement("iframe");
    panel.className = "panel";
    panel.title = "在线客服";
    panel.allow = "clipboard-write";
    panel.src = address();
    root.append(panel);
  }

  function show(open) {
    if (open) frame();
    else if (!panel) return;
    panel.hidden = !open;
    bubble.hidden = open;
    unread = 0;
    count.hidden = true;
    if (open) post({ type: "boxiaoer:opened" });
    else bubble.focus();
  }

  const EVENTS = {
    "boxiaoer:ready": () => {
      ready = true;
      waiting.splice(0).forEach(post);
    },
    "boxiaoer:close": () => show(false),
    "boxiaoer:unread": () => {
      if (!panel.hidden) return;
      unread += 1;
      count.hidden = false;
      count.textContent = unread > 9 ? "9+" : String(unread);
      bubble.setAttribute("aria-label", `联系客服，${unread}条新消息`);
    },
  };

  addEventListener("message", (event) => {
    if (panel && event.source === panel.contentWindow && event.origin === origin) EVENTS[event.data?.type]?.();
  });
  bubble.addEventListener("click", () => show(true));
  document.body.append(host);
  if (script.dataset.open === "wide" && matchMedia(WIDE).matches) show(true);

  // For the page's own buttons: boxiaoer.ask("3号链接多少钱").
  window.boxiaoer = {
    open: () => show(true),
    close: () => show(false),
    ask(text) {
      show(true);
      post({ type: "boxiaoer:ask", text });
    },
  };
})();
