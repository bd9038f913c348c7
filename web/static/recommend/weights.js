// How much each part counts, how varied a list is, and the ladder of stay.

import { api, button, byId, doing, element } from "/static/learning/common.js";

const VARIETY = { name: "variety", title: "多样性", about: "0 是只看分数；越大，一次推荐里的商品越不一样", lowest: 0, highest: 1 };

function slider(part, value) {
  const made = element("label", "weight");
  const range = element("input");
  Object.assign(range, { type: "range", name: part.name, min: part.lowest, max: part.highest, step: 0.05, value });
  const shown = element("output", "", Number(value).toFixed(2));
  range.addEventListener("input", () => { shown.textContent = Number(range.value).toFixed(2); });
  made.append(element("span", "name", part.title), shown, element("span", "hint", part.about), range);
  return made;
}

function number(name, value, most, label) {
  const made = element("input");
  Object.assign(made, { type: "number", name, value, min: 0, max: most, step: 1, inputMode: "numeric" });
  made.setAttribute("aria-label", label);
  return made;
}

function step(one, place, setting) {
  const made = element("div", "step");
  const from = number("from", Math.round(one.from_s / 60), 1440, "停留分钟");
  from.disabled = place === 0;
  made.append("停留满", from, "分钟，给", number("k", one.k, setting.most_shown, "件数"), "件，尝新", number("explore", Math.round(one.explore * 100), 100, "尝新百分比"), "%");
  if (place) made.append(button("去掉", () => made.remove()));
  return made;
}

function draft(form, setting) {
  const value = (range) => Number(range.value);
  const ranges = [...form.querySelectorAll("input[type=range]")];
  return {
    version: setting.version,
    weights: Object.fromEntries(ranges.filter((range) => range.name !== VARIETY.name).map((range) => [range.name, value(range)])),
    variety: value(ranges.find((range) => range.name === VARIETY.name)),
    offers: form.querySelector("[name=offers]").checked,
    steps: [...form.querySelectorAll(".step")].map((row) => {
      const typed = (name) => Number(row.querySelector(`[name=${name}]`).value);
      return { from_s: Math.round(typed("from") * 60), k: typed("k"), explore: typed("explore") / 100 };
    }),
  };
}

export function showSetting(setting, changed) {
  const form = byId("setting");
  const steps = element("div", "steps");
  steps.append(...setting.steps.map((one, place) => step(one, place, setting)));
  const wrong = element("p", "wrong");
  wrong.setAttribute("role", "alert");
  const more = button("加一档", () => {
    const rows = steps.querySelectorAll(".step");
    const last = Number(rows[rows.length - 1].querySelector("[name=from]").value);
    if (rows.length < setting.most_steps) steps.append(step({ from_s: (last + 5) * 60, k: 3, explore: 0.1 }, rows.length, setting));
  });
  const save = button("保存，立即生效", (pressed) => doing(pressed, async () => {
    wrong.textContent = "";
    try {
      await api("PUT", "recommend/setting", draft(form, setting));
      await changed("已生效");
    } catch (error) {
      wrong.textContent = error.message;
      if (error.detail?.current) wrong.append(button("看最新的", () => showSetting(error.detail.current, changed)));
    }
  }), "primary");
  const usual = button("恢复默认", () => {
    for (const part of setting.parts) {
      const range = form.querySelector(`input[type=range][name=${part.name}]`);
      range.value = part.usual;
      range.dispatchEvent(new Event("input"));
    }
  });
  const actions = element("div", "actions");
  actions.append(usual, save);
  const offers = element("label", "tick");
  const tick = element("input");
  Object.assign(tick, { type: "checkbox", name: "offers", checked: setting.offers });
  offers.append(tick, "停留到新的一档时，主动给这位观众悄悄推荐一次（只在聊天窗口，公屏看不到）");
  form.replaceChildren(
    ...setting.parts.map((part) => slider(part, part.weight)),
    slider(VARIETY, setting.variety),
    element("h3", "part-title", "停留越久，给得越多、越大胆"),
    element("p", "hint", "尝新：按这个比例，从排在前面的几件里随机挑一件试试。观众说了明确要求时不尝新。"),
    steps, more, offers, wrong, actions,
  );
  form.onsubmit = (event) => { event.preventDefault(); save.click(); };
}
