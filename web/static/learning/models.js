// 模型: train, look at the proof, publish, go back. Asks once a second only while a job runs.

import { api, badge, button, byId, doing, element, toast, when } from "./common.js";

const percent = (share) => (share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)}%`);
let asking = 0;
let newest = "";

function live(models) {
  const now = models.versions.find((version) => version.name === models.live);
  const place = byId("live");
  place.replaceChildren(element("h2", "", "线上模型"));
  if (!now) return place.append(element("p", "wrong", "没有可用的模型，请先训练"));
  const facts = element("p", "facts");
  for (const text of [now.name, `训练于 ${when(now.trained_at)}`, `没见过的问法答对 ${percent(now.scores.accuracy)}`, `校验码 ${now.sha256.slice(0, 8)}`]) facts.append(element("span", "", text));
  return place.append(facts);
}

function job(state) {
  const running = state.state === "running";
  byId("train").disabled = running;
  byId("cancel").hidden = !running;
  byId("progress").hidden = !running;
  byId("progress").value = state.share;
  byId("job").className = state.error ? "wrong" : "";
  byId("job").textContent = running ? `${state.step}…` : state.state === "done" ? "训练完成，请看下面的对比" : state.error;
  return running;
}

function row(version, models) {
  const made = element("li", "card");
  const last = version.published.at(-1);
  made.append(element("h3", "", version.name));
  const facts = element("p", "facts");
  facts.append(element("span", "", `训练于 ${when(version.trained_at)}`), element("span", "", `${Math.round(version.seconds)} 秒`));
  facts.append(element("span", "", `答对 ${percent(version.scores.accuracy)}`), element("span", "", version.sha256.slice(0, 8)));
  if (version.name === models.live) facts.append(element("span", "strong", "线上"));
  if (last) facts.append(element("span", "", `${when(last.at)} 由${last.by === "setup" ? "安装程序" : "店主"}发布${last.reason ? `：${last.reason}` : ""}`));
  made.append(facts);
  const actions = element("div", "actions");
  if (version.proved) actions.append(button("看对比", () => report(version.name)));
  if (version.published.length && version.name !== models.live) {
    actions.append(button("回滚到这一版", (pressed) => doing(pressed, async () => {
      toast("正在切换，观众不受影响…");
      await api("POST", `models/${version.name}/rollback`, {});
      toast("已回滚");
      await load();
    })));
  }
  made.append(actions);
  return made;
}

function sentence(made) {
  const [old, now] = [made.scores.live.accuracy, made.scores.candidate.accuracy];
  const broken = made.regression.broken.length;
  if (broken) return `有 ${broken} 个确认过的问题会答错，建议先别发布`;
  if (old === null || old === undefined || now === null || now === undefined) return "确认过的问题都没有变差";
  const change = (now - old) * 100;
  if (Math.abs(change) < 0.3) return "和线上模型差不多，确认过的问题都没有变差";
  return change > 0 ? `比线上模型好 ${change.toFixed(1)} 个百分点` : `比线上模型差 ${(-change).toFixed(1)} 个百分点`;
}

function changes(title, rows, className) {
  if (!rows.length) return [];
  const list = element("ul", "samples");
  list.append(...rows.slice(0, 50).map((one) => element("li", className, `「${one.text}」应为${one.target}，线上：${one.live || "无"}，新模型：${one.candidate || "无"}`)));
  return [element("h3", "", `${title}（${rows.length}）`), list];
}

function table(headers, rows) {
  const made = element("table");
  const head = element("tr");
  head.append(...headers.map((text) => element("th", "", text)));
  made.append(head, ...rows.map((cells) => {
    const line = element("tr");
    line.append(...cells.map(([text, className]) => element("td", className ?? "", text)));
    return line;
  }));
  const scroll = element("div", "scroll");
  scroll.append(made);
  return scroll;
}

function arrow(row) {
  if (row.f1_before === null || row.f1_before === undefined) return ["新", ""];
  const change = row.f1 - row.f1_before;
  if (Math.abs(change) < 0.005) return ["＝", ""];
  return change > 0 ? [`↑${(change * 100).toFixed(1)}`, "up"] : [`↓${(-change * 100).toFixed(1)}`, "down"];
}

async function report(name) {
  const made = await api("GET", `models/${name}/report`).catch((error) => toast(error.message));
  if (!made) return;
  const { regression } = made;
  const place = byId("report");
  const override = element("input");
  override.placeholder = "仍要发布的理由（至少 5 个字）";
  override.setAttribute("aria-label", "仍要发布的理由");
  override.hidden = !regression.broken.length;
  const go = button(regression.broken.length ? "仍要发布" : "发布", (pressed) => doing(pressed, async () => {
    toast("正在切换，观众不受影响…");
    await api("POST", `models/${name}/publish`, { override: override.value });
    toast("已发布");
    place.hidden = true;
    await load();
  }), "primary");
  const actions = element("div", "actions");
  actions.append(override, go);
  place.replaceChildren(
    element("h2", "", "对比报告"), element("p", "verdict", sentence(made)),
    element("p", "facts", `没见过的问法：线上 ${percent(made.scores.live.accuracy)}，新模型 ${percent(made.scores.candidate.accuracy)}；确认过的 ${regression.asked} 个问题：线上答对 ${regression.right.live}，新模型答对 ${regression.right.candidate}`),
    actions,
    ...changes("会答错的", regression.broken, "down"), ...changes("修好的", regression.fixed, "up"),
  );
  if (made.intents.length) {
    const rows = made.intents.map((one) => [[one.title], [String(one.n)], [percent(one.precision)], [percent(one.recall)], [percent(one.f1)], arrow(one)]);
    place.append(element("h3", "", "每类问题"), table(["类别", "题数", "准确", "召回", "F1", "变化"], rows));
  }
  if (made.confusions.length) {
    const rows = made.confusions.slice(0, 10).map((one) => [[one.truth], [one.predicted], [String(one.count)], [one.examples[0] ?? "", "text"]]);
    place.append(element("h3", "", "最容易混的"), table(["应为", "当成了", "次数", "例子"], rows));
  }
  place.hidden = false;
}

async function load() {
  clearTimeout(asking);
  const models = await api("GET", "models").catch((error) => toast(error.message));
  if (!models) return;
  live(models);
  byId("versions").replaceChildren(...models.versions.map((version) => row(version, models)));
  const running = job(models.job);
  if (running) asking = setTimeout(load, 1000);
  else if (models.job.state === "done" && models.job.name !== newest) {
    newest = models.job.name;
    if (models.live !== newest) await report(newest);
  }
}

const press = (path) => async () => {
  await api("POST", path).catch((error) => toast(error.message));
  await load();
};
byId("train").addEventListener("click", press("models/train"));
byId("cancel").addEventListener("click", press("models/cancel"));
load();
api("GET", "inbox").then((inbox) => badge(inbox.open)).catch(() => {});
