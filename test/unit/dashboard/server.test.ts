import { createServer } from 'node:net'
import test from 'ava'
import { dashboardPage } from '../../../src/dashboard/page.ts'
import { ask, METRICS, raw, serve } from './asking.ts'

test('the routes should serve page, status, health and metrics, and say nothing can be kept', async (t) => {
  const scene = await serve(t)
  const page = await ask(scene, '/')
  t.like(page, { status: 200, body: dashboardPage().html.toString() })
  t.is(page.headers['content-security-policy'], dashboardPage().policy)
  const status = await ask(scene, '/status')
  t.is(status.status, 200)
  t.deepEqual(JSON.parse(status.body), JSON.parse(JSON.stringify(scene.swarm.statuses()[0])))
  t.is(JSON.parse((await ask(scene, '/status?all')).body).length, 1)
  t.like(await ask(scene, '/metrics'), { status: 200, body: METRICS })
  for (const path of ['/', '/status', '/healthz', '/metrics']) {
    const { headers } = await ask(scene, path)
    t.is(headers['cache-control'], 'no-store', path)
    t.is(headers['x-content-type-options'], 'nosniff', path)
    t.is(headers['access-control-allow-origin'], undefined, path)
    t.regex(String(headers['content-security-policy']), /^default-src 'none'/, path)
  }
})

test('HEAD should give the length and no body', async (t) => {
  const scene = await serve(t)
  const { status, headers, body } = await ask(scene, '/', { method: 'HEAD' })
  t.is(status, 200)
  t.is(body, '')
  t.is(headers['content-length'], `${dashboardPage().html.byteLength}`)
  t.is((await ask(scene, '/events', { method: 'HEAD' })).status, 200)
})

test('the page should come compressed to those who can read it', async (t) => {
  const scene = await serve(t)
  const zipped = await ask(scene, '/', { headers: { 'accept-encoding': 'br, gzip;q=0.5' } })
  t.is(zipped.headers['content-encoding'], 'gzip')
  const plain = await ask(scene, '/', { headers: { 'accept-encoding': 'br, gzip;q=0' } })
  t.is(plain.headers['content-encoding'], undefined)
})

test('health should be 503 with the reason while something critical lasts', async (t) => {
  const scene = await serve(t)
  t.is((await ask(scene, '/healthz')).status, 200)
  scene.swarm.alarms = [
    { name: 'disk-full', severity: 'critical', text: 'full', remedy: 'free some', since: '' }
  ]
  const { status, body } = await ask(scene, '/healthz')
  t.is(status, 503)
  t.like(JSON.parse(body), { healthy: false, phase: 'training' })
})

test('a peer that has said nothing yet should be neither healthy nor an error', async (t) => {
  const source = { statuses: () => [], curves: () => [], subscribe: () => () => {} }
  const scene = await serve(t, { source })
  t.is((await ask(scene, '/healthz')).status, 503)
  t.is((await ask(scene, '/status')).status, 503)
  t.is((await ask(scene, '/')).status, 200)
})

test('metrics that fail should be a 500 that quotes nothing, and told to the peer', async (t) => {
  const error = new Error('/secret/path')
  const failures: unknown[] = []
  const scene = await serve(t, {
    metrics: () => Promise.reject(error),
    failed: (failure) => failures.push(failure)
  })
  const { status, body } = await ask(scene, '/metrics')
  t.is(status, 500)
  t.false(body.includes('secret'))
  t.deepEqual(failures, [error])
})

test('nothing but reading, and no other path, should be answered', async (t) => {
  const scene = await serve(t)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    t.is((await ask(scene, '/status', { method })).status, 405, method)
  }
  for (const path of ['/replica', '/../etc/passwd', '/%2e%2e/', '//', '/status/', '/Status']) {
    t.is((await ask(scene, path)).status, 404, path)
  }
  t.is((await ask(scene, '/status?what')).status, 400)
  t.is((await ask(scene, `/${'a'.repeat(2000)}`)).status, 414)
  t.is(
    (await ask(scene, '/status', { headers: { 'content-length': '10' }, body: 'x'.repeat(10) }))
      .status,
    413
  )
})

test('heads that are too long or no HTTP should end the connection, and nothing else', async (t) => {
  const scene = await serve(t)
  const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`
  t.regex(await raw(scene.port, long), /^HTTP\/1.1 431 /)
  t.regex(await raw(scene.port, '\0\x01\x02 not http\r\n\r\n'), /^HTTP\/1.1 400 /)
  t.regex(await raw(scene.port, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1.1 400 /)
  t.is((await ask(scene, '/status')).status, 200)
})

test('a head that comes too slowly should be cut off', async (t) => {
  const scene = await serve(t)
  t.regex(await raw(scene.port, 'GET / HTTP/1.1\r\nHost: loc'), /^HTTP\/1.1 408 /)
})

test('an explicit port in use should be refused with a remedy, the usual one replaced', async (t) => {
  const taken = createServer()
  await new Promise<void>((done) => taken.listen({ host: '127.0.0.1', port: 0 }, done))
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  await t.throwsAsync(serve(t, { port }), {
    name: 'InvalidInputError',
    message: new RegExp(`^http\\.port: ${port} on 127\\.0\\.0\\.1 is in use .*another port`)
  })
  // Whoever holds 8790 meanwhile: one of the two gets another port.
  const first = await serve(t, { port: null })
  const second = await serve(t, { port: null })
  t.not(first.port, second.port)
  t.is((await ask(second, '/status')).status, 200)
})

test('an address that is not of this machine should be refused as the host', async (t) => {
  const token = 'a long enough token'
  for (const host of ['192.0.2.1', 'no-such-name.invalid']) {
    await t.throwsAsync(serve(t, { host, token }), { message: /^http\.host: / }, host)
  }
})

test('closing should end every connection at once, streams as well', async (t) => {
  const scene = await serve(t)
  const streams = [1, 2].map(() =>
    raw(scene.port, 'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  )
  await ask(scene, '/status')
  await scene.close()
  for (const text of await Promise.all(streams)) t.regex(text, /^(HTTP\/1.1 200 |$)/)
  t.is(scene.swarm.listeners, 0)
  await t.throwsAsync(ask(scene, '/status'), { code: 'ECONNREFUSED' })
})
