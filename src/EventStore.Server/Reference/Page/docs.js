// Shows openapi.json, which this server makes of its own endpoints. No library, no other host.
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** Makes an element; children may be texts, elements, or nothing. */
function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value)
  made.append(...children.flat().filter((child) => child !== undefined && child !== null))
  return made
}

function shapeName(schema) {
  return schema.$ref?.split('/').pop()
}

/** A type in words, with a link where it is a shape that is described below. */
function typeOf(schema) {
  const name = shapeName(schema)
  if (name) return element('a', {href: `#shape-${name}`}, name)
  if (schema.type === 'array') return element('span', null, 'array of ', typeOf(schema.items))
  if (schema.enum) return element('span', null, schema.enum.join(', '))
  const types = [schema.type ?? 'anything'].flat().map((type) => (type === 'string' && schema.format) || type)
  return element('span', null, types.join(' or '))
}

function table(title, columns, rows) {
  if (rows.length === 0) return []
  const head = element('tr', null, columns.map((column) => element('th', {scope: 'col'}, column)))
  const body = rows.map(([first, ...rest]) =>
    element('tr', null, element('th', {scope: 'row'}, first), rest.map((cell) => element('td', null, cell))),
  )
  return [
    element('h4', null, title),
    element('div', {class: 'scroll'}, element('table', null, element('thead', null, head), element('tbody', null, body))),
  ]
}

function nameCell(name, isRequired) {
  return element('span', null, element('code', null, name), isRequired ? element('span', {class: 'required'}, ' required') : null)
}

function fieldRows(schema) {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => [
    nameCell(name, schema.required?.includes(name)),
    typeOf(field),
    field.description ?? '',
  ])
}

function bodyPart(body) {
  if (!body) return []
  const [[type, {schema}]] = Object.entries(body.content)
  return schema.properties
    ? table('JSON body', ['Field', 'Type', 'Meaning'], fieldRows(schema))
    : [element('h4', null, 'Body'), element('p', null, element('code', null, type))]
}

function answerRows(responses) {
  return Object.entries(responses).map(([status, {description, content}]) => {
    const carries = Object.entries(content ?? {}).map(([type, {schema}]) =>
      element('span', null, schema ? typeOf(schema) : null, ` (${type.split(';')[0]})`),
    )
    return [element('code', null, status), carries, description]
  })
}

function operationArticle(method, path, operation) {
  const parameters = (place) =>
    (operation.parameters ?? [])
      .filter((parameter) => parameter.in === place)
      .map(({name, required, schema, description}) => [nameCell(name, required), typeOf(schema), description ?? ''])
  return element(
    'article',
    {id: operation.operationId, 'aria-labelledby': `${operation.operationId}-title`},
    element(
      'h3',
      {id: `${operation.operationId}-title`},
      element('span', {class: `method ${method}`}, method.toUpperCase()),
      element('code', null, path),
    ),
    element('p', null, `${operation.summary}. `, operation.description),
    operation.security ? element('p', null, 'A token is not always needed.') : null,
    table('Path', ['Parameter', 'Type', 'Meaning'], parameters('path')),
    table('Query', ['Parameter', 'Type', 'Meaning'], parameters('query')),
    bodyPart(operation.requestBody),
    table('Answers', ['Status', 'Carries', 'When'], answerRows(operation.responses)),
  )
}

function* operationsOf(api) {
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) {
      if (item[method]) yield {method, path, operation: item[method]}
    }
  }
}

function show(api) {
  const content = document.getElementById('content')
  const contents = document.getElementById('contents')
  const entries = []
  document.getElementById('about').textContent = api.info.description
  for (const {name, description} of api.tags) {
    const articles = []
    const links = []
    for (const {method, path, operation} of operationsOf(api)) {
      if (!operation.tags.includes(name)) continue
      const article = operationArticle(method, path, operation)
      const label = element('span', {class: `method ${method}`}, method.toUpperCase())
      const link = element('li', null, element('a', {href: `#${operation.operationId}`}, label, path))
      articles.push(article)
      links.push(link)
      entries.push({article, link, text: `${method} ${article.textContent}`.toLowerCase()})
    }
    contents.append(element('section', null, element('h2', null, name), element('ul', null, links)))
    content.append(element('section', null, element('h2', null, name), element('p', null, description), articles))
  }

  const shapes = Object.entries(api.components.schemas).map(([name, schema]) =>
    element(
      'article',
      {id: `shape-${name}`},
      element('h3', null, name),
      element('p', null, schema.description),
      table('Fields', ['Field', 'Type', 'Meaning'], fieldRows(schema)),
    ),
  )
  content.append(element('section', null, element('h2', null, 'Shapes'), shapes))
  filterBy(entries)
  // What a link of another page points at was not there yet when the browser looked for it.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
}

function filterBy(entries) {
  const input = document.getElementById('filter')
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    let shown = 0
    for (const {article, link, text} of entries) {
      const matches = words.every((word) => text.includes(word))
      article.hidden = link.hidden = !matches
      shown += matches
    }
    for (const section of document.querySelectorAll('nav section, main section')) {
      const parts = [...section.querySelectorAll('article, li')]
      section.hidden = parts.length > 0 && parts.every((part) => part.hidden)
    }
    document.getElementById('count').textContent = `${shown} of ${entries.length} operations`
  }
  input.addEventListener('input', apply)
  apply()
}

fetch('/openapi.json')
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`))))
  .then(show)
  .catch((error) => {
    document.getElementById('count').textContent = `The reference could not be loaded: ${error.message}`
  })
