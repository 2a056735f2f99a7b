// The page at /docs, run in jsdom as a browser would run it.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {JSDOM} from 'jsdom'
import {baseUrl} from './support.mjs'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

test('the reference page shows every operation and shape, and filters them', async () => {
  const {window} = await JSDOM.fromURL(`${baseUrl}/docs`, {
    resources: 'usable',
    runScripts: 'dangerously',
    beforeParse: (page) => {
      page.fetch = (path) => fetch(new URL(path, baseUrl))
    },
  })
  const {document} = window
  const count = document.getElementById('count')
  for (let waited = 0; count.textContent === '' && waited < 200; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }

  const api = await (await fetch(`${baseUrl}/openapi.json`)).json()
  const operations = Object.values(api.paths).flatMap((item) => METHODS.filter((method) => method in item))
  const shapes = Object.keys(api.components.schemas)
  assert.equal(count.textContent, `${operations.length} of ${operations.length} operations`)
  assert.equal(document.querySelectorAll('main article').length, operations.length + shapes.length)
  for (const link of document.querySelectorAll('main a[href^="#"], nav a')) {
    assert.ok(document.getElementById(link.getAttribute('href').slice(1)), link.outerHTML)
  }

  const filter = document.getElementById('filter')
  filter.value = 'delete cors'
  filter.dispatchEvent(new window.Event('input'))
  assert.match(count.textContent, /^1 of /)
  window.close()
})
