import test from 'ava'
import { findHardware } from '../../../../src/training/backends/hardware.ts'
import { thisSystem } from '../../../../src/training/backends/system.ts'
import { amdSystem, ICD, nvidiaSystem, systemOf } from './systems.ts'

test('a machine without a GPU has none', async (t) => {
  t.deepEqual(await findHardware(systemOf({})), {
    platform: 'linux',
    arch: 'x64',
    nvidia: null,
    gpus: []
  })
})

test("NVIDIA's GPU and driver are read from the driver's files", async (t) => {
  const { nvidia, gpus } = await findHardware(
    nvidiaSystem({ [`${ICD}/nvidia_icd.json`]: '{}', [`${ICD}/lvp_icd.json`]: '{}' })
  )
  t.deepEqual(nvidia, { driver: '550.54.15', gpus: ['NVIDIA GeForce RTX 4090'] })
  t.deepEqual(gpus, [{ name: 'NVIDIA GeForce RTX 4090', api: 'Vulkan' }])
})

test('the open kernel module says its version, too', async (t) => {
  const { nvidia } = await findHardware(
    nvidiaSystem({
      '/proc/driver/nvidia/version':
        'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build\n'
    })
  )
  t.is(nvidia?.driver, '570.86.15')
})

test('a GPU without a Vulkan driver of its own is out of reach of WebGPU', async (t) => {
  const drivers = { [`${ICD}/lvp_icd.json`]: '{}', [`${ICD}/intel_icd.json`]: '{}' }
  const { gpus } = await findHardware(nvidiaSystem(drivers))
  t.deepEqual(gpus, [{ name: 'NVIDIA GeForce RTX 4090', api: null }])
  t.deepEqual((await findHardware(amdSystem(drivers))).gpus, [{ name: 'AMD GPU', api: null }])
})

test('the same GPU does not count twice', async (t) => {
  const { gpus } = await findHardware(
    nvidiaSystem({ '/sys/class/drm/renderD128/device/vendor': '0x10de\n' })
  )
  t.is(gpus.length, 1)
})

test('without its files, the driver is asked by its program', async (t) => {
  const printed = 'NVIDIA H200, 550.90.07\nNVIDIA H200, 550.90.07\n'
  const { nvidia } = await findHardware(
    systemOf({ platform: 'win32', programs: { 'nvidia-smi': printed } })
  )
  t.deepEqual(nvidia, { driver: '550.90.07', gpus: ['NVIDIA H200', 'NVIDIA H200'] })
})

test('a program that finds no GPU is no driver', async (t) => {
  const programs = { 'nvidia-smi': 'No devices were found\n' }
  t.is((await findHardware(systemOf({ programs }))).nvidia, null)
  // As a container has it whose machine has the driver loaded and no GPU given to it.
  const files = { '/proc/driver/nvidia/version': 'NVRM version: ...' }
  t.is((await findHardware(systemOf({ files }))).nvidia, null)
})

test('GPUs on Linux are known by maker, with or without PCI', async (t) => {
  const { gpus } = await findHardware(
    systemOf({
      arch: 'arm64',
      files: {
        '/sys/class/drm/card0/device/vendor': '0x8086\n',
        '/sys/class/drm/renderD128/device/vendor': '0x8086\n',
        '/sys/class/drm/renderD129/device/uevent': 'DRIVER=panfrost\nOF_NAME=gpu\n',
        '/sys/class/drm/renderD130/device/vendor': '0x1af4\n',
        '/etc/vulkan/icd.d/intel_icd.x86_64.json': '{}',
        '/usr/local/share/vulkan/icd.d/panfrost_icd.aarch64.json': '{}'
      }
    })
  )
  t.deepEqual(gpus, [
    { name: 'Intel GPU', api: 'Vulkan' },
    { name: 'Arm Mali GPU', api: 'Vulkan' }
  ])
})

test('a Mac has Metal', async (t) => {
  const { nvidia, gpus } = await findHardware(systemOf({ platform: 'darwin', arch: 'arm64' }))
  t.is(nvidia, null)
  t.deepEqual(
    gpus.map(({ api }) => api),
    ['Metal']
  )
})

test('Windows lists its display adapters', async (t) => {
  const key = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968}\\0000'
  const row = (name: string): string => `\r\n${key}\r\n    DriverDesc    REG_SZ    ${name}\r\n`
  const printed = ['Microsoft Basic Display Adapter', 'AMD Radeon(TM) 780M', 'AMD Radeon(TM) 780M']
    .map(row)
    .join('')
  const { gpus } = await findHardware(
    systemOf({ platform: 'win32', programs: { reg: `${printed}\r\nEnd of search: 3 match(es)` } })
  )
  t.deepEqual(gpus, [{ name: 'AMD Radeon(TM) 780M', api: 'Direct3D' }])
})

test('this machine can be asked', async (t) => {
  const { platform, arch } = await findHardware(thisSystem)
  t.is(platform, process.platform)
  t.is(arch, process.arch)
  t.is(await thisSystem.read('/no/such/file'), null)
  t.deepEqual(await thisSystem.list('/no/such/folder'), [])
  t.is(await thisSystem.run('no-such-program', []), null)
  t.is(await thisSystem.run(process.execPath, ['-p', '6 * 7']), '42\n')
  t.is(await thisSystem.run(process.execPath, ['-e', 'process.exit(1)']), null)
})
