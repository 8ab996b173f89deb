import test from 'ava'
import { differencesOf } from '../../../../src/report/comparison/differences.ts'

test('should list the fields that differ by dotted path, with what each document has', (t) => {
  const documents = [
    { seed: 1, model: { name: 'mlp', hidden: [8] }, same: { a: null } },
    { seed: 2, model: { name: 'mlp', hidden: [8, 8] }, same: { a: null }, stepMs: 5 },
    { seed: 1, model: { name: 'mlp', hidden: [8] }, same: { a: null } }
  ]
  t.deepEqual(differencesOf(documents), [
    { path: 'seed', values: ['1', '2', '1'] },
    { path: 'model.hidden', values: ['[8]', '[8,8]', '[8]'] },
    { path: 'stepMs', values: [null, '5', null] }
  ])
})

test('should tell a number from the same number as text', (t) => {
  t.deepEqual(differencesOf([{ a: 1 }, { a: '1' }]), [{ path: 'a', values: ['1', '"1"'] }])
})

test('should find nothing in documents that are the same', (t) => {
  t.deepEqual(differencesOf([{ a: { b: 1 } }, { a: { b: 1 } }]), [])
  t.deepEqual(differencesOf([]), [])
})
