/** Small helpers; text always goes in as text. */
export const byId = (id) => document.getElementById(id)

export const create = (name, properties = {}, children = []) => {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value
    else element.setAttribute(key, value)
  }
  element.append(...children)
  return element
}

/** Touches the document only where something has changed: pages of a thousand peers stay quick. */
export const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text
}

export const setData = (element, name, value) => {
  if (value === null) delete element.dataset[name]
  else if (element.dataset[name] !== value) element.dataset[name] = value
}

/** Name and value pairs in a description list; `rows`: [name, value, class of the value]. */
export const fillFacts = (list, rows) => {
  const wanted = rows.map(([name]) => name).join('\n')
  if (list.dataset.rows !== wanted) {
    list.dataset.rows = wanted
    list.replaceChildren(
      ...rows.map(([name, , look = '']) =>
        create('div', { className: look.includes('full') ? 'full' : '' }, [
          create('dt', { textContent: name }),
          create('dd', { className: look })
        ])
      )
    )
  }
  rows.forEach(([, value], index) => {
    setText(list.children[index].lastChild, value)
  })
}
