import type { IncomingHttpHeaders } from 'node:http'
import test from 'ava'
import { isLoopback } from '../../../src/dashboard/access.ts'
import { ask, raw, serve } from './asking.ts'

const TOKEN = 'correct horse battery'

const cookieOf = (headers: IncomingHttpHeaders): string => headers['set-cookie']?.[0] ?? ''

test('on loopback, only its own names should be answered: no page can rebind one', async (t) => {
  const scene = await serve(t)
  for (const host of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
    for (const name of [host, `${host}:${scene.port}`]) {
      t.is((await ask(scene, '/status', { headers: { host: name } })).status, 200, name)
    }
  }
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example']) {
    t.is((await ask(scene, '/status', { headers: { host } })).status, 421, host)
  }
  t.regex(await raw(scene.port, 'GET /status HTTP/1.1\r\nHost:\r\n\r\n'), /^HTTP\/1.1 421 /)
})

test('pages of other sites should get nothing, but may link to the page', async (t) => {
  const scene = await serve(t)
  const headers = { 'sec-fetch-site': 'cross-site' }
  t.is((await ask(scene, '/status', { headers })).status, 403)
  t.is((await ask(scene, '/events', { headers })).status, 403)
  t.is((await ask(scene, '/', { headers })).status, 200)
})

test('any other address should need a token of 16 characters', async (t) => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'peer.example']) {
    await t.throwsAsync(serve(t, { host }), { message: /^http\.token: must be given/ }, host)
  }
  await t.throwsAsync(serve(t, { token: 'short' }), { message: /^http\.token: .*16 characters/ })
})

test('loopback should be 127.0.0.0/8, ::1 and localhost, and nothing that looks like it', (t) => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) t.true(isLoopback(host), host)
  for (const host of ['0.0.0.0', '::', '127.0.0.1.example', '1270.0.0.1', 'localhost.example']) {
    t.false(isLoopback(host), host)
  }
})

test('where a token is set, every path should need it', async (t) => {
  const scene = await serve(t, { host: '0.0.0.0', token: TOKEN })
  for (const path of ['/', '/status', '/healthz', '/metrics', '/events', '/nothing']) {
    const { status, headers } = await ask(scene, path)
    t.is(status, 401, path)
    t.is(headers['www-authenticate'], 'Bearer', path)
  }
  const wrong = ['Bearer ', 'Bearer wrong', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`]
  for (const authorization of wrong) {
    t.is((await ask(scene, '/status', { headers: { authorization } })).status, 401, authorization)
  }
})

test('a token should be taken as a header, or once in the address, and then as a cookie', async (t) => {
  const token = 'correct-horse-battery'
  const scene = await serve(t, { host: '0.0.0.0', token })
  const bearer = { authorization: `Bearer ${token}`, host: 'peer.example' }
  t.is((await ask(scene, '/status', { headers: bearer })).status, 200)
  t.is((await ask(scene, `/status?token=${token}`)).status, 401, 'only the page')
  t.is((await ask(scene, `/?token=${token}x`)).status, 401)
  const page = await ask(scene, `/?token=${token}`)
  t.is(page.status, 200)
  const cookie = cookieOf(page.headers)
  t.regex(cookie, /; HttpOnly; SameSite=Strict$/)
  t.false(cookie.includes(token))
  const headers = { cookie: `other=1; ${cookie.split(';')[0]}` }
  t.is((await ask(scene, '/status', { headers })).status, 200)
  t.is((await ask(scene, '/status', { headers: { cookie: 'swarmgrad=1' } })).status, 401)
})
