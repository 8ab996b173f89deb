// Runs in the reader's browser, after d3 and Plot: draws the charts that the page's data describes
// (src/report/charts/figure.ts). Plain JavaScript, put into the page as it is.
;(() => {
  const { Plot } = globalThis
  const MAX_SQUARE = 520
  /** Side by side, graphs are shown at half this size or less: lines and dots shrink with them. */
  const MULTIPLE = 340

  const figures = JSON.parse(document.getElementById('figures').textContent)

  const create = (name, properties = {}, children = []) => {
    const element = Object.assign(document.createElement(name), properties)
    element.append(...children)
    return element
  }

  /** Tooltips of several lines need more room between them than Plot's default gives. */
  const roomy = (options) =>
    options.tip ? { ...options, tip: { lineHeight: 1.3, ...options.tip } } : options

  const markOf = ({ mark, length, options }) => Plot[mark]({ length }, roomy(options))

  /** A layer that is on speaks for itself: two tooltips at once would cover each other. */
  const quiet = (marks, layers) =>
    layers.length === 0
      ? marks
      : marks.map((mark) => ({ ...mark, options: { ...mark.options, tip: false } }))

  const plot = (figure, width, height, layers, frame) =>
    Plot.plot({
      width,
      height,
      ariaLabel: figure.label,
      ...figure.options,
      ...frame?.options,
      marks: [
        ...layers.flatMap(({ marks }) => marks),
        ...(frame?.marks ?? []),
        ...quiet(figure.marks, layers)
      ].map(markOf)
    })

  const switchFor = (layer, redraw) => {
    const box = create('input', { type: 'checkbox', checked: layer.shown })
    box.addEventListener('change', () => {
      layer.shown = box.checked
      redraw()
    })
    return create('label', { className: 'switch' }, [box, ` ${layer.name}`])
  }

  const sliderFor = (frames, show) => {
    const slider = create('input', { type: 'range', min: 0, max: frames.length - 1, value: 0 })
    slider.setAttribute('aria-label', 'moment')
    const output = create('output', { textContent: frames[0].label })
    slider.addEventListener('input', () => {
      output.textContent = frames[slider.value].label
      show(Number(slider.value))
    })
    return create('div', { className: 'slider' }, [slider, output])
  }

  /** Without the marks that all frames share: there is no room for names. */
  const multiplesOf = (figure) => {
    const pictures = figure.multiples.map((index) => {
      const frame = figure.frames[index]
      const small = plot(
        { ...figure, marks: [], label: `${figure.label}, ${frame.label}` },
        MULTIPLE,
        MULTIPLE,
        [],
        frame
      )
      return create('div', { className: 'multiple' }, [
        small,
        create('span', { textContent: frame.label })
      ])
    })
    return create('div', { className: 'multiples' }, pictures)
  }

  /** Fills one place of the page; returns what draws it again for another width. */
  const fill = (place) => {
    const figure = figures[Number(place.dataset.figure)]
    const { layers = [], frames = [] } = figure
    const chart = create('div', { className: 'chart' })
    let shown = 0
    let drawnFor = 0
    const draw = () => {
      drawnFor = main.clientWidth
      const on = layers.filter((layer) => layer.shown)
      const square = Math.min(drawnFor, MAX_SQUARE)
      const [width, height] = figure.height === null ? [square, square] : [drawnFor, figure.height]
      chart.replaceChildren(plot(figure, width, height, on, frames[shown]))
    }
    const controls = layers.map((layer) => switchFor(layer, draw))
    if (frames.length > 1) {
      controls.push(
        sliderFor(frames, (index) => {
          shown = index
          draw()
        })
      )
    }
    const bar = controls.length === 0 ? [] : [create('div', { className: 'controls' }, controls)]
    const main = create('div', {}, [...bar, chart])
    place.replaceChildren(main)
    if (figure.multiples?.length > 1) {
      place.classList.add('split')
      place.append(multiplesOf(figure))
    }
    draw()
    return () => {
      if (main.clientWidth !== drawnFor && main.clientWidth > 0) draw()
    }
  }

  /** A chart that fails says so in its place, and leaves the others alone. */
  const tryFill = (place) => {
    try {
      return [fill(place)]
    } catch (error) {
      place.textContent = `This chart cannot be drawn: ${error.message}`
      return []
    }
  }

  const redraws = [...document.querySelectorAll('[data-figure]')].flatMap(tryFill)
  let waiting = 0
  addEventListener('resize', () => {
    cancelAnimationFrame(waiting)
    waiting = requestAnimationFrame(() => {
      for (const redraw of redraws) redraw()
    })
  })

  const theme = document.getElementById('theme')
  const prefersDark = matchMedia('(prefers-color-scheme: dark)')
  const isDark = () =>
    (document.documentElement.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark'
  const nameTheme = () => {
    theme.textContent = isDark() ? 'Light' : 'Dark'
    theme.setAttribute('aria-label', `switch to ${isDark() ? 'light' : 'dark'} colours`)
  }
  theme.hidden = false
  theme.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark'
    nameTheme()
  })
  prefersDark.addEventListener('change', nameTheme)
  nameTheme()
})()
