import test from 'ava'
import { chooseSetting, type TriedSetting } from '../../../../src/cli/compare/choose.ts'

const tried = (
  label: string,
  factor: number,
  accuracy: number | null,
  bytesPerPeer = 1000,
  loss: number | null = 0.5
): TriedSetting => ({ label, factor, learningRate: 0.1 * factor, accuracy, loss, bytesPerPeer })

test('should take the best rate of the best form', (t) => {
  const all = [tried('a', 0.5, 0.9), tried('a', 1, 0.94), tried('b', 0.5, 0.96), tried('b', 1, 0.2)]
  t.is(chooseSetting(all), all[2]!)
})

test('should take the form of fewer bytes where half a point is between them', (t) => {
  const all = [tried('dense', 1, 0.96, 1000), tried('sparse', 1, 0.956, 100)]
  t.is(chooseSetting(all), all[1]!)
  const worse = [all[0]!, tried('sparse', 1, 0.954, 100)]
  t.is(chooseSetting(worse), all[0]!)
})

test('should not let a few bytes decide, nor a worse rate of the same form', (t) => {
  const all = [tried('a', 1, 0.96, 1000), tried('b', 1, 0.958, 950), tried('a', 2, 0.959, 10)]
  t.is(chooseSetting(all), all[0]!)
})

test('should go by the loss where there is no accuracy', (t) => {
  const all = [
    tried('a', 1, null, 1000, 2),
    tried('b', 1, null, 10, 2.03),
    tried('c', 1, null, 1, 2.1),
    tried('d', 1, null, 1, null)
  ]
  t.is(chooseSetting(all), all[1]!)
})

test('should choose nothing from nothing', (t) => {
  t.is(chooseSetting([]), null)
})
