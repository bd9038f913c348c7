// The console's tabs: one table for every page. Loaded first, so that the badge is there.

const TABS = [
  ["/console/", "直播间"],
  ["/console/inbox", "待学习"],
  ["/console/faq", "问答库"],
  ["/console/words", "敏感词"],
  ["/console/proactive", "主动话术"],
  ["/console/recommend", "推荐"],
  ["/console/models", "模型"],
];
const COUNTED = "/console/inbox";

const place = document.querySelector("nav.tabs");
for (const [path, title] of TABS) {
  const link = document.createElement("a");
  link.href = path;
  link.textContent = title;
  if (path === location.pathname) link.setAttribute("aria-current", "page");
  if (path === COUNTED) {
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.id = "open";
    badge.hidden = true;
    link.append(badge);
  }
  place.append(link);
}
