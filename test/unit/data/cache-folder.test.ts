import { resolve } from 'node:path'
import test from 'ava'
import { cacheFolder } from '../../../src/data/download/cache-folder.ts'

const CASES = [
  ['SWARMGRAD_CACHE before all', { SWARMGRAD_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
  ['XDG_CACHE_HOME else', { XDG_CACHE_HOME: '/b' }, '/b/swarmgrad'],
  ['the home folder else', {}, '/home/her/.cache/swarmgrad'],
  ['no empty names', { SWARMGRAD_CACHE: '', XDG_CACHE_HOME: '' }, '/home/her/.cache/swarmgrad'],
  ['no relative XDG_CACHE_HOME', { XDG_CACHE_HOME: 'b' }, '/home/her/.cache/swarmgrad'],
  ['a relative SWARMGRAD_CACHE', { SWARMGRAD_CACHE: 'a' }, resolve('a')]
] as const

for (const [title, environment, expected] of CASES) {
  test(`should take ${title}`, (t) => {
    t.is(cacheFolder(environment, '/home/her'), expected)
  })
}
