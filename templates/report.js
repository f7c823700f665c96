// Searches, filters, regroups and sorts the findings that are already on the page. Every finding stays in the
// page; without this script they stand grouped by rule. Text of trackers is only ever set as text.
(() => {
  "use strict";
  const form = document.getElementById("finder");
  const told = document.getElementById("told");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
  const many = (number, word) => `${number.toLocaleString("en-GB")} ${word}${number === 1 ? "" : "s"}`;
  const SEVERITIES = ["error", "warning", "note"];
  const NOBODY = {
    learner: "About no learner",
    work: "About no unit or assignment",
    assessor: "No assessor recorded",
    verifier: "No internal verifier recorded",
  };

  // ---- what there is

  const trackers = all("section.tracker").map(section => ({
    section,
    number: section.id.slice(1),
    found: one(":scope > .found", section),
    rest: all(":scope > section:not(.found, .registers)", section),
    registers: one(":scope > .registers", section),
    regrouped: make("div", "groups regrouped"),
    items: [],
  }));
  const rules = all("article.rule");
  const groups = [];
  const items = [];
  for (const tracker of trackers) {
    for (const element of all("details.group", tracker.section)) {
      const group = {
        element,
        tracker,
        items: [],
        list: one("ol", element),
        count: one(".many", element),
        severity: element.dataset.severity,
        rule: element.dataset.rule,
        title: one("h4", element).textContent.trim(),
        at: groups.length,
      };
      groups.push(group);
      for (const li of group.list.children) {
        const { learner, work, assessor, verifier, change, waived, story, place } = li.dataset;
        const item = {
          li, group, tracker, rule: group.rule, severity: group.severity, learner, work, assessor, verifier, change,
          waived: waived === undefined ? "no" : "yes", story: +story, place: +place,
          grave: SEVERITIES.indexOf(group.severity), at: items.length,
        };
        items.push(item);
        group.items.push(item);
        tracker.items.push(item);
      }
    }
    if (tracker.found) tracker.found.append(tracker.regrouped);
  }

  // ---- the controls

  const SELECTS = ["view", "learner", "rule", "work", "assessor", "verifier", "change", "waived", "tracker", "order"]
    .filter(name => form.elements[name]);
  const fill = (name, values) => {
    const options = [...values].sort((a, b) => collator.compare(a[1], b[1]) || (a[0] < b[0] ? -1 : 1));
    form.elements[name].append(...options.map(([value, text]) => new Option(text, value)));
    form.elements[name].closest("label").hidden = !options.length;
  };
  for (const name of ["learner", "work", "assessor", "verifier"]) {
    const values = new Map(items.filter(item => item[name]).map(item => [item[name], item[name]]));
    fill(name, values);
    if (!values.size) one(`option[value=${name}]`, form.elements.view).remove();
  }
  fill("rule", new Map(groups.map(group => [group.rule, group.title])));
  form.elements.change.closest("label").hidden = !items.some(item => item.change);
  form.elements.waived.closest("label").hidden = !items.some(item => item.waived === "yes");

  const severities = all("[name=severity]", form);
  const more = document.getElementById("more");
  const moreFilters = document.getElementById("more-filters");
  const showAll = document.getElementById("show-all");
  const unfold = open => {
    moreFilters.hidden = !open;
    more.setAttribute("aria-expanded", String(open));
  };

  const read = () => {
    const state = Object.fromEntries(SELECTS.map(name => [name, form.elements[name].value]));
    state.q = form.elements.q.value.trim();
    state.severity = severities.filter(box => box.checked).map(box => box.value);
    return state;
  };
  const write = state => {
    for (const name of SELECTS) {
      const select = form.elements[name];
      select.value = state[name] || "";
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    }
    form.elements.q.value = state.q || "";
    for (const box of severities) box.checked = !state.severity || state.severity.includes(box.value);
    if (["rule", "work", "assessor", "verifier", "change", "waived", "tracker", "order", "severity"].some(n => state[n])) {
      unfold(true);
    }
  };

  // ---- the address: #view=learner&learner=… is a state, any other is a place on the page

  const fromAddress = () => {
    if (!location.hash.includes("=")) return null;
    const state = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (state.severity !== undefined) state.severity = state.severity.split(",");
    return state;
  };
  const toAddress = state => {
    const told = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) {
      if (name === "severity") {
        if (value.length < SEVERITIES.length) told.set(name, value.join(","));
      } else if (value && !(name === "view" && value === "rule")) told.set(name, value);
    }
    const hash = told.toString();
    if (!hash && !location.hash.includes("=")) return;
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch {
      // A viewer that shows the file in a frame of its own may have no address to keep it in.
    }
  };

  // ---- what is shown

  const textOf = item => {
    item.group.text ??= plain(item.group.title + " " + all(".cited, .reasons .remedy", item.group.element)
      .map(element => element.textContent).join(" "));
    item.text ??= plain(all(".who, .what > p, .record dd, .where code", item.li)
      .map(element => element.textContent).join(" ")) + " " + plain([item.assessor, item.verifier].join(" "));
    return item.text + " " + item.group.text;
  };
  const matcher = state => {
    const words = plain(state.q).split(/\s+/).filter(Boolean);
    const same = ["learner", "work", "assessor", "verifier", "rule", "change", "waived"].filter(name => state[name]);
    return item =>
      state.severity.includes(item.severity) &&
      same.every(name => item[name] === state[name]) &&
      (!state.tracker || item.tracker.number === state.tracker) &&
      words.every(word => textOf(item).includes(word));
  };
  const inOrder = {
    "": (a, b) => a.grave - b.grave || a.at - b.at,
    many: (a, b) => a.grave - b.grave || a.at - b.at,
    name: (a, b) => a.story - b.story || a.at - b.at,
    cell: (a, b) => a.place - b.place || a.at - b.at,
  };
  const groupOrder = {
    "": (a, b) => a.grave - b.grave || b.number - a.number,
    many: (a, b) => b.items.length - a.items.length,
    name: () => 0,
    cell: (a, b) => a.place - b.place,
  };
  const counted = shown => {
    const parts = SEVERITIES
      .map(severity => [shown.filter(i => i.severity === severity && i.waived === "no").length, severity])
      .filter(([number]) => number).map(([number, severity]) => many(number, severity));
    const waived = shown.filter(item => item.waived === "yes").length;
    if (waived) parts.push(`${waived.toLocaleString("en-GB")} waived`);
    return parts.join(", ");
  };
  const measure = group => {
    group.grave = Math.min(...group.items.map(item => item.grave));
    group.number = group.items.filter(item => item.grave === group.grave).length;
    group.place = Math.min(...group.items.map(item => item.place));
    return group;
  };

  // Under the heading of a rule a finding need not say which rule it breaks; elsewhere it must.
  const explain = item => {
    if (item.about) return;
    const source = item.group.element;
    const [icon, heading] = one("summary", source).children;
    const rule = one(".cited a", source)?.cloneNode() ?? document.createElement("span");
    rule.append(...[...heading.cloneNode(true).childNodes]);
    const section = one(".cited", source).cloneNode(true);
    for (const extra of all("a, .dot", section)) extra.remove();
    item.about = make("p", `about is-${item.severity}`, icon.cloneNode(true), " ", rule);
    const what = one(".what", item.li);
    what.prepend(item.about);
    const remedy = one(".reasons .remedy", source)?.cloneNode(true);
    const own = make("div", "borrowed", ...(remedy ? [remedy] : []), section);
    if (remedy) one("strong", remedy).textContent = "To put it right:";
    what.append(own);
  };

  const regroup = (tracker, state, shown) => {
    const named = new Map();
    for (const item of shown) {
      const key = item[state.view] ?? "";
      if (!named.has(key)) named.set(key, []);
      named.get(key).push(item);
    }
    // A story is told in order; other groups begin with what is most serious.
    const order = !state.order && state.view === "learner" ? "name" : state.order;
    const made = [...named].map(([name, members]) => measure({ name, items: members.sort(inOrder[order]) }));
    made.sort((a, b) => !a.name - !b.name || groupOrder[state.order](a, b) || collator.compare(a.name, b.name));
    tracker.regrouped.dataset.view = state.view;
    tracker.regrouped.replaceChildren(...made.map(group => {
      group.items.forEach(explain);
      const heading = make("h4", "", make("bdi", "", group.name || NOBODY[state.view]));
      const list = make("ol", "findings", ...group.items.map(item => item.li));
      const summary = make("summary", "", heading, make("span", "many", counted(group.items)));
      const details = make("details", `group is-${SEVERITIES[group.grave]}`, summary, list);
      details.open = true;
      return details;
    }));
  };

  // Moving thousands of findings costs time, so they are moved only where they do not stand as they should.
  let arranged = "rule ";
  const byRule = (tracker, state, chosen, inPlace) => {
    const own = groups.filter(group => group.tracker === tracker);
    for (const group of own) {
      if (!inPlace) group.list.append(...[...group.items].sort(inOrder[state.order]).map(item => item.li));
      const shown = group.items.filter(item => chosen.has(item));
      group.element.hidden = !shown.length;
      group.count.textContent = shown.length === group.items.length ? counted(shown)
        : `${shown.length.toLocaleString("en-GB")} of ${counted(group.items)}`;
    }
    if (inPlace) return;
    const byOrder = {
      ...groupOrder,
      "": (a, b) => a.at - b.at,
      name: (a, b) => collator.compare(a.title.replace(/^\S+\s+/, ""), b.title.replace(/^\S+\s+/, "")),
    }[state.order];
    const ordered = own.map(measure).sort((a, b) => byOrder(a, b) || a.at - b.at);
    own[0]?.element.parentElement.append(...ordered.map(group => group.element));
  };

  // A learner's second chances and extensions belong to the story; nothing else of the registers does to a filter.
  const register = (section, state, filtered) => {
    let any = false;
    for (const fold of all(":scope > .fold", section)) {
      const rows = all("tr[data-learner]", fold);
      for (const row of rows) row.hidden = filtered && row.dataset.learner !== state.learner;
      fold.hidden = filtered && rows.every(row => row.hidden);
      any ||= !fold.hidden;
    }
    section.hidden = !any;
  };

  let reading = "";
  const show = () => {
    const state = read();
    const chosen = new Set(items.filter(matcher(state)));
    const filtered = chosen.size < items.length || Boolean(state.q || state.learner);
    const regrouped = state.view !== "rule";
    const arrangement = `${state.view} ${state.order}`;
    document.documentElement.classList.toggle("filtered", filtered);
    for (const item of items) item.li.hidden = !chosen.has(item);
    for (const tracker of trackers) {
      const shown = tracker.items.filter(item => chosen.has(item));
      tracker.section.hidden = filtered && !shown.length;
      for (const part of tracker.rest) part.hidden = filtered;
      if (tracker.registers) register(tracker.registers, state, filtered);
      if (regrouped) regroup(tracker, state, shown);
      else {
        byRule(tracker, state, chosen, arrangement === arranged);
        tracker.regrouped.replaceChildren();
      }
      tracker.regrouped.hidden = !regrouped;
      for (const part of all(":scope > .contents, :scope > .groups:not(.regrouped)", tracker.found ?? tracker.section)) {
        part.hidden = regrouped || (filtered && part.matches(".contents"));
      }
    }
    arranged = arrangement;
    const broken = new Set([...chosen].map(item => `rule-${item.rule}`));
    for (const rule of rules) rule.hidden = filtered && !broken.has(rule.id);
    // Whoever reads one learner's story wants the rows with it.
    if (state.learner !== reading) {
      for (const item of items) {
        const record = one(".record", item.li);
        if (record) record.open = Boolean(state.learner) && chosen.has(item);
      }
      reading = state.learner;
    }
    tell(state, chosen, filtered);
    toAddress(state);
  };

  const tell = (state, chosen, filtered) => {
    const text = name => form.elements[name].selectedOptions[0].text;
    const total = many(items.length, "finding");
    const where = new Set([...chosen].map(item => item.tracker)).size;
    const spread = trackers.length > 1 && chosen.size ? ` in ${where} of ${trackers.length} trackers` : "";
    const shown = document.getElementById("shown");
    shown.textContent = !filtered ? `All ${total} shown.`
      : chosen.size ? `${chosen.size.toLocaleString("en-GB")} of ${total} shown${spread}.`
      : `None of the ${total} matches. That says nothing of the trackers, only of the filters.`;
    showAll.hidden = !filtered && state.view === "rule" && !state.order;
    const filters = ["learner", "rule", "work", "assessor", "verifier", "change", "waived", "tracker"]
      .filter(name => state[name])
      .map(name => `${form.elements[name].closest("label").firstChild.data.trim().toLowerCase()}: ${text(name)}`);
    if (state.severity.length < SEVERITIES.length) filters.push(`severity: ${state.severity.join(", ") || "none"}`);
    if (state.q) filters.push(`words: “${state.q}”`);
    document.getElementById("shown-on-paper").textContent = !filtered ? "" :
      `Not the whole report. ${shown.textContent} Filtered by ${filters.join("; ")}.`;
  };

  // ---- going places

  const reset = () => {
    write({ view: "rule" });
    unfold(false);
    show();
  };
  const enter = state => {
    write({ view: "learner", ...state });
    show();
    document.getElementById("all-findings").scrollIntoView();
    (one(".regrouped summary, .found .group:not([hidden]) > summary") ?? form.elements.view).focus({ preventScroll: true });
  };
  // A place that the filters hide comes back before a link leads to it.
  const reach = id => {
    const target = id && document.getElementById(id);
    if (!target || target.closest("#finder")) return;
    if (target.closest("[hidden]")) reset();
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    return target;
  };

  document.addEventListener("click", event => {
    const cell = event.target.closest(".where code, .record code");
    if (cell) return copy(cell);
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { learner, work, view, change } = link.dataset;
    if (learner || view || change) {
      event.preventDefault();
      enter({ view: view ?? "learner", learner, work, change });
      if (view === "learner") form.elements.learner.focus();
    } else reach(decodeURIComponent(link.hash.slice(1)));
  });
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("change", event => {
    if (event.target.name === "learner" && event.target.value) form.elements.view.value = "learner";
    if (event.target.name !== "q") show();
  });
  let typing;
  form.elements.q.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(show, 150);
  });
  more.addEventListener("click", () => unfold(moreFilters.hidden));
  showAll.addEventListener("click", () => {
    reset();
    form.elements.q.focus();
  });
  addEventListener("hashchange", () => {
    const state = fromAddress();
    if (!state) return;
    write(state);
    show();
    document.getElementById("all-findings").scrollIntoView();
  });

  // ---- copying a cell's reference

  const say = text => {
    told.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { told.textContent = ""; }, 8000);
  };
  const copy = async cell => {
    const sheet = cell.closest("dl")?.dataset.sheet;
    const reference = (sheet ? `${sheet}!` : "") + cell.textContent;
    try {
      await navigator.clipboard.writeText(reference);
      say(`Copied ${reference}. In Excel press F5 and paste.`);
    } catch {
      getSelection().selectAllChildren(cell);
      say(`${cell.textContent} is selected. Press Ctrl+C to copy it.`);
    }
  };
  const offer = cell => {
    cell.tabIndex = 0;
    cell.setAttribute("role", "button");
    cell.title = "Copy this reference";
  };
  all(".where code").forEach(offer);
  document.addEventListener("toggle", event => {
    if (event.target.open && event.target.matches?.(".record")) all("code", event.target).forEach(offer);
  }, true);
  document.addEventListener("keydown", event => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches?.("code[role=button]")) {
      event.preventDefault();
      copy(event.target);
    }
  });

  // ---- begin

  document.documentElement.classList.add("scripted");
  form.hidden = !items.length;
  const begin = fromAddress();
  const place = document.getElementById(location.hash.slice(1));
  const learner = place?.matches?.(".indexes [id*='-learner-']") ? one("bdi", place)?.textContent : undefined;
  if (begin) write(begin);
  if (begin || learner === undefined) show();
  else enter({ learner });
  if (begin) document.getElementById("all-findings").scrollIntoView();
})();
