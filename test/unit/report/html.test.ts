import test from 'ava'
import { Html, html, scriptJson } from '../../../src/report/html.ts'

test('should escape what is put into a template, and leave HTML as it is', (t) => {
  const name = `<b title="x">&'`
  t.is(
    html`<p title="${name}">${name}${new Html('<i>')}${['<', 1]}${null}</p>`.text,
    '<p title="&lt;b title=&quot;x&quot;&gt;&amp;&#39;">&lt;b title=&quot;x&quot;&gt;&amp;&#39;<i>&lt;1</p>'
  )
})

test('should write JSON that no script element can be ended by, and that reads back the same', (t) => {
  const value = {
    a: '</script><script>alert(1)</script><!--',
    b: '\u2028\u2029&',
    c: [1, null, 1e21]
  }
  const { text } = scriptJson(value)
  t.notRegex(text, /[<>&\u2028\u2029]/)
  t.deepEqual(JSON.parse(text), value)
})

test('should shorten fractions to six digits and leave whole numbers whole', (t) => {
  t.is(scriptJson([1 / 3, 123_456_789, 0.1 + 0.2]).text, '[0.333333,123456789,0.3]')
})
