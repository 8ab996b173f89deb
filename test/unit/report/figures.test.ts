import test from 'ava'
import { bytesText, percent, ratioText, twoDigits } from '../../../src/report/figures.ts'

test('should show bytes in decimal units', (t) => {
  t.deepEqual([0, 999, 1000, 999_949, 999_951, 4_012_345, 2.5e9].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '4.0 MB',
    '2.5 GB'
  ])
})

test('should show fractions in percent, and a dash for none', (t) => {
  t.deepEqual([0.9749, 1, 0, null].map(percent), ['97.5 %', '100.0 %', '0.0 %', '-'])
})

test('should show small and large numbers as powers of ten', (t) => {
  t.deepEqual([0, 0.0345, 5.94, 3e-16, 1234].map(twoDigits), [
    '0',
    '0.035',
    '5.9',
    '3.0e-16',
    '1.2e+3'
  ])
})

test('should compare with ring all-reduce either way, or not at all', (t) => {
  t.deepEqual([327.1, 2, 0.5, 0, null].map(ratioText), [
    ', 1/327 of ring all-reduce',
    ', 1/2 of ring all-reduce',
    ', 2.0 times ring all-reduce',
    '',
    ''
  ])
})
