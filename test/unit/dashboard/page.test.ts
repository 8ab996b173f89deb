import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import test from 'ava'
import { dashboardPage } from '../../../src/dashboard/page.ts'
import { linkModules } from '../../../src/dashboard/page-script.ts'

const MAX_BYTES = 200_000

test('the page should be one file of at most 200 kB that names no other host', (t) => {
  const { html, gzip } = dashboardPage()
  t.true(html.byteLength <= MAX_BYTES, `${html.byteLength} bytes`)
  t.deepEqual(gunzipSync(gzip), html)
  const text = html.toString()
  t.false(/<(script|link|img|iframe)[^>]*\s(src|href)="(?!data:)/.test(text))
  t.false(/\beval\(|new Function/.test(text))
  const hosts = [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host)
  // Names of vocabularies and of licences, which nobody opens.
  t.deepEqual(
    hosts.filter((host) => !['www.w3.org', 'github.com', 'd3js.org'].includes(host ?? '')),
    []
  )
})

test('the policy should let the scripts and the style of the page run, and no other', (t) => {
  const { html, policy } = dashboardPage()
  const text = html.toString()
  const parts = [...text.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)]
  t.true(parts.length >= 3)
  for (const [, name, body] of parts) {
    const hash = createHash('sha256').update(body!).digest('base64')
    t.true(policy.includes(`'sha256-${hash}'`), name)
  }
  t.false(policy.includes('unsafe'))
  t.false(/\sstyle="|\son\w+="/.test(text), 'what the policy would not let run')
})

const linked = (modules: Readonly<Record<string, string>>): string =>
  linkModules('main.js', (name) => modules[name]!)

test('modules should be joined once each, after those that they need', (t) => {
  const text = linked({
    'main.js': "import { b } from './b.js'\nimport { a } from './a.js'\nresult = a + b\n",
    'a.js': 'export const a = 1\n',
    'b.js': "import {\n  a\n} from './a.js'\nexport const b = a + 1\n"
  })
  t.is(new Function(`let result\n${text}\nreturn result`)(), 3)
  t.false(/\b(import|export)\b/.test(text))
})
