// A sheet over the page in which one row with a version is made, changed or taken back.

import { api, button, element } from "/static/learning/common.js";

export function labelled(form, text, control, className = "") {
  const label = element("label", className, className ? "" : text);
  label.append(control);
  if (className) label.append(element("span", "", text));
  form.append(label);
  return label;
}

export function input(name, value, type = "text") {
  const made = element("input");
  Object.assign(made, { name, value, type });
  return made;
}

// `row` lies under `path` of the API, and is new without a pk. `fill` puts the fields into the form and
// gives the function that reads them. `changed` is told what was done; `stale` of the row as another
// tab has left it.
export function openSheet({ title, path, row, fill, changed, stale }) {
  const sheet = element("dialog", "sheet");
  const form = element("form");
  form.method = "dialog";
  form.append(element("h2", "", title));
  const read = fill(form);
  const wrong = element("p", "wrong");
  wrong.setAttribute("role", "alert");
  const send = async (method, body, done) => {
    wrong.textContent = "";
    try {
      await api(method, row.pk ? `${path}/${row.pk}` : path, { ...body, version: row.version });
      sheet.close();
      await changed(done);
    } catch (error) {
      wrong.textContent = error.message;
      const current = error.detail?.current;
      if (current) wrong.append(button("看最新的", () => { sheet.close(); stale(current); }));
    }
  };
  const foot = element("div", "actions foot");
  if (row.pk) foot.append(button("删除", () => send("DELETE", {}, "已删除"), "danger"));
  const save = button("保存，立即生效", () => send(row.pk ? "PUT" : "POST", read(), "已生效"), "primary");
  foot.append(button("取消", () => sheet.close()), save);
  form.addEventListener("submit", (event) => { event.preventDefault(); save.click(); });
  form.append(wrong, foot);
  sheet.append(form);
  document.body.append(sheet);
  sheet.addEventListener("close", () => sheet.remove());
  sheet.showModal();
}
