import { join } from 'node:path'
import test from 'ava'
import { readDocument } from '../../../src/cli/read-document.ts'
import { placeWith, problemsFrom } from './place.ts'

test('should read JSON, with or without a byte order mark', async (t) => {
  const place = await placeWith(t, { 'a.json': '{"a":1}', 'b.json': '\uFEFF{"a":1}\r\n' })
  t.deepEqual(await readDocument(join(place, 'a.json')), { a: 1 })
  t.deepEqual(await readDocument(join(place, 'b.json')), { a: 1 })
})

test('should name the file and the reason where there is no document', async (t) => {
  const large = ' '.repeat(2 ** 20 + 1)
  const place = await placeWith(t, {
    'bad.json': '{"a":1,}',
    'empty.json': '',
    'large.json': large
  })
  const rules: readonly (readonly [string, RegExp])[] = [
    ['nowhere.json', /^cannot be read: no such file or directory$/],
    ['bad.json/inside', /^cannot be read: not a directory$/],
    ['', /^must be a file$/],
    ['bad.json', /^must be valid JSON: .*position 7/],
    ['empty.json', /^must be valid JSON: /],
    ['large.json', /^must be at most 1 MiB$/]
  ]
  for (const [name, rule] of rules) {
    const [problem] = await problemsFrom(t, readDocument(join(place, name)))
    t.is(problem?.path, join(place, name))
    t.regex(problem?.rule ?? '', rule)
  }
})
