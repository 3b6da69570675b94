"""Small programs that run in the page and read it as a person would."""

# Text as it is read out: hidden parts and scripts left out, blocks kept apart, case untouched
# (innerText would apply text-transform).
TEXT_OF = """
function textOf(root) {
  const parts = [];
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) { parts.push(node.nodeValue); return; }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches('script,style,template,[aria-hidden=true],[hidden]')) return;
    const style = getComputedStyle(node);
    if (style.display === 'none' || style.visibility === 'hidden') return;
    if (node.matches('input,select,textarea')) {
      parts.push(' ', valueOf(node) ?? '', ' ');
      return;
    }
    if (node.matches('img')) { parts.push(node.alt || ''); return; }
    const isBlock = !style.display.startsWith('inline') || node.tagName === 'BR';
    if (isBlock) parts.push(' ');
    for (const child of node.childNodes) walk(child);
    if (isBlock) parts.push(' ');
  };
  walk(root);
  return parts.join('').replace(/\\s+/g, ' ').trim();
}
function valueOf(el) {
  if (el.matches('select')) return [...el.selectedOptions].map(o => o.label.trim()).join(', ');
  if (el.matches('input[type=checkbox],input[type=radio]')) return el.checked ? 'Yes' : 'No';
  if (el.matches('input[type=hidden],input[type=password]')) return '';
  return 'value' in el ? el.value : null;
}
function isSeen(el) {
  return el.checkVisibility({visibilityProperty: true});
}
"""

READ_TEXT = f"el => {{ {TEXT_OF} return textOf(el); }}"

# A control's kind and value: `toggle` for what is ticked, never filled in.
READ_FIELD = f"""el => {{ {TEXT_OF}
  const role = el.getAttribute('role');
  if (el.matches('input[type=checkbox],input[type=radio]')
      || ['checkbox', 'radio', 'switch'].includes(role))
    return ['toggle', (el.checked ?? el.getAttribute('aria-checked') === 'true') ? 'yes' : 'no'];
  const value = el.matches('input[type=password]') ? el.value : valueOf(el);
  return ['value', value ?? el.getAttribute('aria-valuetext') ?? el.getAttribute('aria-valuenow')
    ?? textOf(el)];
}}"""

# What stands beside a name in a description list or a table with row headers.
READ_BESIDE = f"""name => {{ {TEXT_OF}
  const found = [];
  const TERMS = 'dt, th[scope=row], [role=term], [role=rowheader]';
  for (const term of document.querySelectorAll(TERMS)) {{
    if (!isSeen(term) || textOf(term) !== name) continue;
    let next = term.nextElementSibling;
    while (next && next.matches('dt,[role=term]')) next = next.nextElementSibling;
    if (next && next.matches('dd,td,[role=definition],[role=cell],[role=gridcell]'))
      found.push(textOf(next));
  }}
  return found;
}}"""

# The text that explains why a field is wrong: its error message, its description, or an alert.
READ_ERRORS = f"""el => {{ {TEXT_OF}
  const byIds = attribute => (el.getAttribute(attribute) || '').split(/\\s+/)
    .map(id => id && document.getElementById(id)).filter(e => e && isSeen(e)).map(textOf);
  const found = [...byIds('aria-errormessage'), ...byIds('aria-describedby')];
  for (let box = el.parentElement; box && box !== document.body; box = box.parentElement) {{
    const controls = box.querySelectorAll('input:not([type=hidden]), select, textarea');
    const isOther = c => c !== el && (c.type !== el.type || c.name !== el.name);
    if ([...controls].some(isOther)) break;
    found.push(...[...box.querySelectorAll('[role=alert]')].filter(isSeen).map(textOf));
    if (box.matches('fieldset,[role=group],[role=radiogroup]'))
      for (const id of (box.getAttribute('aria-describedby') || '').split(/\\s+/)) {{
        const about = id && document.getElementById(id);
        if (about && isSeen(about)) found.push(textOf(about));
      }}
  }}
  return [[...new Set(found)].filter(Boolean), el.validationMessage || ''];
}}"""

# Headers, and the visible rows of the body: nested tables, headings and footers left out.
READ_TABLE = f"""table => {{ {TEXT_OF}
  const mine = el => el.closest('table,[role=table],[role=grid],[role=treegrid]') === table;
  const CELLS = 'td,th,[role=cell],[role=gridcell],[role=rowheader],[role=columnheader]';
  const cellsOf = row => [...row.querySelectorAll(CELLS)]
    .filter(cell => cell.closest('tr,[role=row]') === row);
  const isHeader = cell => cell.matches('[role=columnheader]')
    || (cell.tagName === 'TH' && !cell.hasAttribute('role')
        && (cell.scope === 'col' || (cell.scope !== 'row' && !!cell.closest('thead'))));
  const rows = [...table.querySelectorAll('tr,[role=row]')].filter(mine).filter(isSeen);
  let headers = [];
  const body = [];
  for (const row of rows) {{
    if (row.closest('tfoot')) continue;
    const cells = cellsOf(row);
    const onlyTh = cells.length > 0 && cells.every(cell => cell.tagName === 'TH');
    if (cells.length && (row.closest('thead') || cells.every(isHeader)
        || (onlyTh && !headers.length && !body.length))) {{
      if (!headers.length || cells.length >= headers.length) headers = cells.map(textOf);
      continue;
    }}
    body.push(cells.map(textOf));
  }}
  return {{headers, rows: body}};
}}"""

# The visible items of a list, those of lists inside it left out.
COUNT_ITEMS = f"""list => {{ {TEXT_OF}
  return [...list.querySelectorAll('li,[role=listitem]')]
    .filter(item => item.closest('ul,ol,menu,[role=list]') === list && isSeen(item)).length;
}}"""
