/** Made with Pillow 13.0.0 (libjpeg-turbo): JPEG files of 16 x 16 pixels, and what it decodes from them. */
export interface GoldenJpeg {
  readonly name: string
  /** All in base64. */
  readonly file: string
  /** [16, 16, 3] */
  readonly rgb: string
}

export const JPEGS: readonly GoldenJpeg[] = [
  {
    name: '4:2:0',
    file:
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQa' +
      'FRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4e' +
      'Hh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAQABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAA' +
      'BgUH/8QAIBAAAgEEAQUAAAAAAAAAAAAAAQIFAAMRITEEEmGBof/EABUBAQEAAAAAAAAAAAAAAAAAAAID/8QAHBEA' +
      'AgICAwAAAAAAAAAAAAAAAQIDBQAEBhIh/9oADAMBAAIRAxEAPwCn0M4qKqhhkbGRzmkcNLvdfb636rDYiXa665uc' +
      '7NO4eVWyg7nAI85+VPdp5LRzJIOsS4eJ0gQKAPc//9k=',
    rgb:
      'KMicKsKbPcetUMu3Vb+zYLyvc8Kse8Gci8aMk8Z3pMlqsMpdu8RRyMNN1sVT2sNRKMKgK76hQMWwU8m7WL6zY7ut' +
      'dsGqf8KZisKFj75unMBgq8FVt75Oxr9N1L9S171PJbalLLanP7y0T763V7SsYbKjcbaZfreKh7h3i7Jhl7JTpbRN' +
      'tbNMxLdP0bhU0bNRKa2vMK2vPq+zTLCwWKqkY6iWb6iHd6d1hq1qi6hWlqlPpapMsqlMwq1U0K9e0q1dL6a6Nqe5' +
      'PqSwTKSoXaScaqSOcZ94eJ5lh6JbjJ9OmqJNqKNPsZ9TwaJf0Khr1qdxLJq1N520PZmoSJaYXpyPbJ1/dJhqfphb' +
      'h5hRjpZJnZtQqptYsZdewJpt0Z9+15+EKIymNZSoPZCYRYqFWo54aY9ocYxVf49OiJJLjo5Im49TqZFhs49vwpGA' +
      '0JST05KWKoeZPJKfQ42MSIV2WYZnZYVWcINLgYpLi4tLj4RMm4VcqohvtoeBxIqW0Iyl0YimMIWIMIB9OX1wSX9l' +
      'WoBXZn5McH1FfH1EhX1Mkn5boYFyrIKEt4CVwX2iy32v0n+3LntzMHhsOXdgSXhYV3hNZHZGb3VFenVNh3ZakXVq' +
      'm3N8p3KOs3KdwnSu0Hm92n/FKm5fLm1aOW5SR29NVG1GX2tFbGtNeGtahmxtkm1/oG6Trm+kum6uxG20zmy502y7' +
      'J2FSL2RQOmZNR2VLUmJIXmFObGNceWRthGF/kmKSomamsmmyvme1x2S0zmGw0WGtKFdNMVtPPl5RR11RU1pTYFpe' +
      'bltxe1yFhVmYj1ajm1WtqlexuFivyVyt1WCn3mOkKk5MM1NQQFVWSFNXU1FeYFJsb1OEelKYiFOtklG3nlG7rVK5' +
      'vVSwylWj1VeW21iOKURNMkhTPUtYRkhdUEZoX0l6bEuSdUijiE6+k0zEoU3GsU++vk+rx02Wzkl+z0ZwJz1LMEFR' +
      'O0NYQUFdT0BrXUOAakSXcUGnhkjDjUXFmD+/oj6wsj+cv0GIzER00UVq'
  },
  {
    name: '4:4:4',
    file:
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQa' +
      'FRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4e' +
      'Hh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAQABADAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAA' +
      'BgUH/8QAIBAAAgEEAQUAAAAAAAAAAAAAAQIFAAMRITEEEmGBof/EABYBAQEBAAAAAAAAAAAAAAAAAAcFBP/EAB4R' +
      'AAEFAQEAAwAAAAAAAAAAAAEAAgMEBREhEjFB/9oADAMBAAIRAxEAPwCn0M4qKqhhkbGRzmtOvJHTjLGI8xs0+dSO' +
      'Gl3uvt9b9UdnNkvy9ISplUWtA6FhsRLtddc3OdmkAZsuhN8vxQcuiGAeJ3Dyq2UHc4BHnPyrElCLPh6ftI2VRc88' +
      'AX//2Q==',
    rgb:
      'Js2IKsWMQMikUcq7Ur+6XL22cMSteMKfh8iOj8eAn8purM1YsctGu8xAy81G0cpGI8eVKsGYQcWtVMi/Vb28YLuy' +
      'dMKqfMObisGHj711n71lq8FUtcBGwcNGz8NL1b5OHrqlKbenQLy0ULy8VLSzX7OmcLeXe7mKird0j69knK9WrLFN' +
      't7NIx7ZO1rVW2q5XIa+5K664Pq+3Ta60VauqYKmWbaqBdqlxia5ejqdTnaZLrKhHt6dIyKpU16ti3aVoKqfHNKbA' +
      'P6OzTqOoWqWeZ6aLcaFxeJ9ghaZLjKFGnqFGraJJtZ5OxKFf1qRz36F8K5i/OJu6QZemS5WUXp2Ma595c5phfJpU' +
      'hJxEjJhCoJtKrZtTs5Zawphw1JuH3ZqRKYmvO5GsQ42WSomAWY91ZJJkb49QfJJHiJJJkI1IoI1SrpBetY5twpCF' +
      '0ZKb142kK4SmQY+lR4uOSoR1VYhnYIhWaodEfI5CjIpPkINOoINXrodot4d5xIuU0Yqo1YSvKYeTLYGDOX5sSYFc' +
      'VYRQX4JKa39KdX5PhHxXjn5knoJ3rIGKuX6axHuoznuz1X26J3uFL3d2PHZgSnhRVXpGYHhEa3ZLeHVSh3VfkHVq' +
      'mXR8p3KQtHCfxHOt03m33X6+J2xzL2pkP2tSS29DVm48X2xBbmpPempbiWtrk218oG6Trm+oum21xmy2zm20026w' +
      'JWBeMmJWQWNITGU9U2Q6XmJJbWJeemJviF99kWORn2aqrmi+u2bDxGS7y2Ou0GOkJFlRMVtNQl5HS11DU1xJXVtc' +
      'bVtzeV2GiFiUjFigllewo1i/sVm/xF220WGp2WafJlFHM1RJQlZNSlNQU1FeXVJ0bFOMeFKbilKpkFOymlO9p1TA' +
      't1W6xlaq1FiX21iKJ0g/NUlHQklTS0VfU0NyX0aIbkifdkapkEq6lky9oU7AsFC8vk+uy0uW1UZ+2UJtKUA4NkFF' +
      'Qz9WSzpnUzp+YD6Vbj+pdj2wlELAl0G8nD62pz2puD2Yyj2C2j1w4j1l'
  },
  {
    name: 'progressive',
    file:
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQa' +
      'FRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4e' +
      'Hh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wgARCAAQABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAA' +
      'BQQG/8QAFQEBAQAAAAAAAAAAAAAAAAAAAQL/2gAMAwEAAhADEAAAAaUsM7J//8QAFxABAQEBAAAAAAAAAAAAAAAA' +
      'AwARAv/aAAgBAQABBQLh4V2JdhXL/8QAFxEAAwEAAAAAAAAAAAAAAAAAAAQRBf/aAAgBAwEBPwHJSkP/xAAaEQAC' +
      'AgMAAAAAAAAAAAAAAAABAgAEAxIh/9oACAECAQE/Ac1NrR2biif/xAAVEAEBAAAAAAAAAAAAAAAAAAAQMf/aAAgB' +
      'AQAGPwIp/8QAGBABAQADAAAAAAAAAAAAAAAAAQARITH/2gAIAQEAAT8hIAzKuzogHbf/2gAMAwEAAgADAAAAEJP/' +
      'xAAWEQEBAQAAAAAAAAAAAAAAAAABACH/2gAIAQMBAT8QEgNv/8QAFREBAQAAAAAAAAAAAAAAAAAAAQD/2gAIAQIB' +
      'AT8QYhL/xAAbEAACAwADAAAAAAAAAAAAAAABEQAhMWGBof/aAAgBAQABPxACAYsMa5f631HtqzAlII5fk//Z',
    rgb:
      'KMicKsKbPcetUMu3Vb+zYLyvc8Kse8Gci8aMk8Z3pMlqsMpdu8RRyMNN1sVT2sNRKMKgK76hQMWwU8m7WL6zY7ut' +
      'dsGqf8KZisKFj75unMBgq8FVt75Oxr9N1L9S171PJbalLLanP7y0T763V7SsYbKjcbaZfreKh7h3i7Jhl7JTpbRN' +
      'tbNMxLdP0bhU0bNRKa2vMK2vPq+zTLCwWKqkY6iWb6iHd6d1hq1qi6hWlqlPpapMsqlMwq1U0K9e0q1dL6a6Nqe5' +
      'PqSwTKSoXaScaqSOcZ94eJ5lh6JbjJ9OmqJNqKNPsZ9TwaJf0Khr1qdxLJq1N520PZmoSJaYXpyPbJ1/dJhqfphb' +
      'h5hRjpZJnZtQqptYsZdewJpt0Z9+15+EKIymNZSoPZCYRYqFWo54aY9ocYxVf49OiJJLjo5Im49TqZFhs49vwpGA' +
      '0JST05KWKoeZPJKfQ42MSIV2WYZnZYVWcINLgYpLi4tLj4RMm4VcqohvtoeBxIqW0Iyl0YimMIWIMIB9OX1wSX9l' +
      'WoBXZn5McH1FfH1EhX1Mkn5boYFyrIKEt4CVwX2iy32v0n+3LntzMHhsOXdgSXhYV3hNZHZGb3VFenVNh3ZakXVq' +
      'm3N8p3KOs3KdwnSu0Hm92n/FKm5fLm1aOW5SR29NVG1GX2tFbGtNeGtahmxtkm1/oG6Trm+kum6uxG20zmy502y7' +
      'J2FSL2RQOmZNR2VLUmJIXmFObGNceWRthGF/kmKSomamsmmyvme1x2S0zmGw0WGtKFdNMVtPPl5RR11RU1pTYFpe' +
      'bltxe1yFhVmYj1ajm1WtqlexuFivyVyt1WCn3mOkKk5MM1NQQFVWSFNXU1FeYFJsb1OEelKYiFOtklG3nlG7rVK5' +
      'vVSwylWj1VeW21iOKURNMkhTPUtYRkhdUEZoX0l6bEuSdUijiE6+k0zEoU3GsU++vk+rx02Wzkl+z0ZwJz1LMEFR' +
      'O0NYQUFdT0BrXUOAakSXcUGnhkjDjUXFmD+/oj6wsj+cv0GIzER00UVq'
  },
  {
    name: 'grey',
    file:
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQa' +
      'FRERGCEYGh0dHx8fExciJCIeJBweHx7/wAALCAAQABABAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABgUH/8QAIBAA' +
      'AgEEAQUAAAAAAAAAAAAAAQIFAAMRITEEEmGBof/aAAgBAQAAPwCn0M4qKqhhkbGRzmkcNLvdfb636rDYiXa665uc' +
      '7NO4eVWyg7nAI85+V//Z',
    rgb:
      'k5OTkJCQm5ubpKSknp6en5+fqKioqKiorq6urq6us7Oztra2tLS0t7e3vb29vb29kJCQj4+Pm5ubpKSknp6en5+f' +
      'qKioqampqqqqp6enqqqqrq6ur6+vtLS0ubm5uLi4iYmJi4uLlpaWnJycl5eXmJiYnp6eoaGhoqKinZ2dn5+fpKSk' +
      'qKior6+vtLS0sbGxhoaGiIiIjo6OkpKSkZGRkZGRk5OTk5OTmpqalpaWmZmZnp6eoaGhqampsLCwr6+vhYWFh4eH' +
      'h4eHioqKjo6OkJCQjY2NjIyMkpKSkJCQlpaWm5ubnJycpKSkra2tr6+vfHx8gYGBf39/f39/iIiIi4uLiIiIiYmJ' +
      'i4uLi4uLk5OTmJiYmJiYoKCgqqqqra2tcXFxenp6eHh4dXV1fHx8f39/fn5+g4ODh4eHhoaGjIyMk5OTlpaWnp6e' +
      'pqampqambW1tenp6d3d3cXFxdXV1dnZ2d3d3gICAhISEgYGBh4eHj4+PlJSUnZ2do6OjoaGhbGxsaGhoZ2dnbGxs' +
      'cHBwcXFxc3NzdnZ2enp6gICAiYmJj4+Pk5OTlpaWmpqanp6eY2NjYWFhYmJiZmZmaWlpa2trbm5ucnJyeHh4fHx8' +
      'gICAhYWFioqKkpKSm5uboqKiWFhYWFhYW1tbX19fYWFhY2NjaGhobW1tdHR0enp6gYGBiIiIjIyMj4+PkpKSlJSU' +
      'Tk5OUlJSVlZWWVlZWlpaXl5eZWVla2trb29vdnZ2f39/h4eHioqKi4uLi4uLi4uLSEhITU1NU1NTVVVVV1dXXFxc' +
      'Y2NjampqbW1tcHBwdHR0enp6f39/hoaGi4uLj4+PQ0NDSUlJT09PUFBQU1NTWVlZYWFhZmZmbW1tcHBwdHR0eXl5' +
      'fn5+gYGBhISEhYWFPT09Q0NDSEhISkpKTU1NVVVVXV1dYGBgbGxsb29vdHR0eXl5e3t7enp6d3d3dHR0ODg4Pj4+' +
      'Q0NDRERESUlJUlJSWVlZW1tbaWlpaWlpaGhoaWlpbGxsb29vcnJyc3Nz'
  }
]

/** In four colours. */
export const CMYK =
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3' +
  'OFBtUVdfYmdoZz5NcXlwZHhcZWdj/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EABkAAAMAAwAAAAAAAAAAAAAAAAAF' +
  'BgEEB//EACUQAAEDAgYBBQAAAAAAAAAAAAEAAwQFEQISFCExQVETYWJxwf/aAA4EQwBNAFkASwAAPwBPTBYD9TQz' +
  'r98LbnzG4bPpt2uugKwpfV1jXHykjLTs9/Ni4Qo+mDj3U4Z3yQw07UJGYkkEoVjSwdh39o1vk8KgwNtU+PfFsQEL' +
  '/9k='

/** The square in the middle of a picture, and what Image.resize(..., BILINEAR) makes of it. */
export interface GoldenResize {
  readonly width: number
  readonly height: number
  readonly side: number
  /** In base64. // [height, width, 3] */
  readonly from: string
  /** [side, side, 3] */
  readonly to: string
}

export const RESIZES: readonly GoldenResize[] = [
  {
    width: 16,
    height: 16,
    side: 5,
    from:
      'McOAMNCHO8SpT9CpXMa2Z8Kvbb+yfsm0hr6WjsCLnLx4q8piu8haxspKx8dC3b9QKLeJMr6gQLu1R77AZ7i4XsOv' +
      'bb6ldryOf7yJkrRxpMJhpsJPsLpQxcVB1btF6sNMJ7esMauwQLbCTbq1XcK7Zba2arWegLOKhrZzjbVnmrRWpbdB' +
      'vsNQwrpH0L9H4rVlKai0OK29PKDBUK22XqqnYrSTd6mBg6xshbJpka9WnK9IqKpEuKlDyq5U17Bq17FtM66uLqfA' +
      'RKO5T6OxSqeVaaKDcp5vcqNkjqNYlKNLpqFCq6RBvqFRv6ZfzbBx5ql/JZ28NJmrPo2tR5aaWZJ9XY5ueZRlc5xQ' +
      'h55SlZs+o5lLq6VDtqBbv5lm0KmJ1ZWULo2yOZepOYiXPpaEWp17XZdoa4xRcpo5gZBClJNFpoVPp5Jeso5zxo2P' +
      '3YmY65aoJoWqMI2ZPYGIRod6WoxkZIhQdIJQfIRBg4lCmoRBm3xdsoxns5OExI+l14mp34WtKHqbNI6DP393Un1c' +
      'TnpVZHlGcINAenU/kXJNlX1Yn39uoH99tIGayX2s14a8236/H3iFMWxvP3xnS3VNWnVLbnY7am4/g3hGi35bj3Rw' +
      'o36Ks3+arnapwXyxyn++3XzBKl9wMWhjR2tLWGtAWXA/aGtAcXJLfW1ug3Zuk3KIp2+SqHGqwHC6zW6yyGXE1nW4' +
      'MmthMmVTPGRRQWY+WWpGaFtVbGhebGBwkWaEi22hoGOdsXW4v2i1zF260Wq33mChKFdKLFk9N1JFTmg9U2FNYmZb' +
      'aVRxfVN9i1+Sl1+cnl6wn1q/wU7LvWG81Vyi31eJOFdTLltNSVI/SkVEWE1cY153b1p+eViOhkuonU61mkyztGG+' +
      's1ezyFSq00+W0VB8J0RENkFBOk5ZUUdmTlJrU1mMaUuVfEGjiku7lFi2oT6zs0S4t0OnwEed00aA3Ul3N0ZGMjtJ' +
      'OT5aUD5uUEqGbkWfbkW3dEi+ikXCj0O2mz20rEOgxEidwUCI0jZ27TVl',
    to:
      'ObmpXbuuf7mHprtZzb1POZ+vW5+LgaBcqKFQzKRyN4OHW4NcgoJOp4R0zYamOGZWXGhOgWh1qWqlzGixOUxNWVFy' +
      'gU+jqU2wzUqS'
  },
  {
    width: 13,
    height: 9,
    side: 4,
    from:
      'KseILMmcPsWlSdGsXcC+Y7i7acXAdcG0iNGdjseQpch0q8RtuMFPLMKSL7+aN8OvTsa+WMy/YcO5ar+qb72ZhbSG' +
      'k79to7dgtLpPvrxGKbyXLq+rOrC8Rra+U7bAZbKqaregdrSPhLdujrJunbJPq7lJxLdMKbCpM6y4M7K5Sau1WqWl' +
      'Za2ZbKeIg6Z9japmi6JKnatFrKBHr6lDIZu0M6e/Op+xTpeyVZ+daqaOcKt8e6xiiJ5QmJxMoqU2q6dBuJVTJKCw' +
      'OJm7Ope4R5aZUaKSX5B7dp9odplKf6BEoZtApKVJpJ1XtZZjKIu0L5OsRpaSTpeLXo5uaYtUdo1Qc4pBhZQ2mIpA' +
      'pJFFt4xeuZpsLoSyL4amQYmVToR4UI9pYIVTcINLb4ZBhoo/l4dLl4Ffpol1vpKBIYadOoCPRYR3ToFjXXxdY4VH' +
      'boxCdHtElIFUjYJhqntyrXmCtnKa',
    to: 'R8S2YMC3eL6clb51Ray1Ya2ffax4lKpTSJicYpd3fJlQmZpETIh5YodWeoZGl4VV'
  },
  {
    width: 9,
    height: 14,
    side: 6,
    from:
      'K8V3PMmZSMSpSsexV867Y8a9asS2eMenlM+eJ8yVM8CmSL6/RsO0Yr27acavbbase7yXhbqLMaqkMbisP6++TLW9' +
      'Vqy6ZbWxd6+Whb6EgLJxHq2qLLK2P7DASa2xYrCkZLGeerWFe6V2iL1iG5+6LJ65QqOxUKCoT5+fWqOMbaVtg6pj' +
      'fZ1YMpzDMJm2QpGxU5STWpd6aJtxfJtdfJROipdFMpe7N5S0P52VSomGW5pwZI9daJJIfJJEgYlPH5KuMYKhSoOG' +
      'UouAVIxacIRFb4hTeYhHkYhMK36bNHqPN4d6S3tgWoRUaXxJZoREeYZKd4BGLoWFNHV2Q35bVXFUXntCX3RDdm9J' +
      'f3pRkXliK3hpO2xgOmJQR3A/YG9CX2k/bG5Oc2xXiHlyJltZKWlOQGFIVGBCU2pAXVxGcnRXgWZohmN+M1BUNVhJ' +
      'RVxGUE9PZWFVW1tYbGFqe1CCiFeSM0tBL1pQQU5DUk1XYFNhaFxod1B+fFGQfk2w',
    to:
      'LK+qO7K5T7C3ZLGqebONgrZzI6S3PKW1T6OmXqaQdahygadeMJq8PpeqUZWMY5lwdZhWgpRLLI6sQIqSUIt2ZYpU' +
      'cItLg4lKLn+RPH93UX1cY31JcX9JgIBPMXhvPm5ZUXFHYXBCcG9OhHZk'
  },
  {
    width: 5,
    height: 7,
    side: 8,
    from:
      'M8uHMMeVOcKlSsG0Vs66Jr+SL7ypQ8aoSby7VbvAKa+tObK3O7y5R7O3Wbe2JJezKK7BQaq6S6mzUrSrLaK6MqbA' +
      'QZ+xVaKpYKqeJam+N5muN52tSpOSVpKNLqK7MIyWPJChT5WJW5pu',
    to:
      'Jr+SKr6cML2pPcOoRcOuSb26ULu+VbvAJ7ieLbilNLmvPL+vQr+ySLm5ULi7V7m8Ka6tL6+yOLO4Ori4P7i4RrO3' +
      'UbW2Wbe1Jp+xKaa3L7C+Oa+7Qq+4Say0ULGxVLWuJ5q1KaK6LazAOqi6Rae1TaewU62rVrGnLKG6LqS9Mqe/PKK2' +
      'R6GwU6KrWqikX6ufKaa8LqO6NZ+1OZ6xQZ2pTpqeVZuYWp2UJam+LaK3N5muN5ytPZqlSZSUUZKPVpKN'
  },
  {
    width: 40,
    height: 30,
    side: 7,
    from:
      'Jb+JO8yMQcalSsuwXcm4Y8XAbsm0c82ljMqRjsSDmMxzrsVjs8dWxMVB0cpC18tV5spR5MhZ/8Zq/8h//7+V/9Or' +
      '/8+6/866/8m9/8Oo/7up/72c/8iP/8B3/8pk/8RL/8c+/8tD/7xC/8hN/8df/8xv/8qG/8ufLcGYNMakM8ezRL21' +
      'ZMGyZ7zCabGrebyOisl9m7uCor1or7tWtLRUwbtGxrZD2L9V5cFg7cBp/8GD/7+R/76i/8Ow/725/7q4/8i+/8io' +
      '/8Sa/8B+/7xv/8Vk/8Ra/8RC/8VG/8FG/8FO/7hq/8B1/7eE/8OV/8WwKrKnNLuqQLWzTba5Wq22ZrexaKycfsKM' +
      'grpvi8VjpLldrb1Cr75Mx7dHy79T37hj67po98N//7uc/6yq/7G3/7rN/7q1/6+y/7Ko/62Q/7aL/7N1/8Nm/69S' +
      '/7FL/7NJ/7dE/7hL/7Jr/7lq/7aK/72U/7it/7+4JaaoK7C4OanFSqm+Wq2nWqWYbq+Lfa5ue6lckKtLmaxIqK9C' +
      'sa1Rv7NX2Khp3Ktt662B+6iQ/7Gt/7O2/6W8/6O3/6qw/7Kv/6ye/6iK/6Zi/6Ze/6xM/6dG/71I/6dE/6hM/6pb' +
      '/6Vx/7OC/66Z/6Wu/666/6q3Laa4Mqe9O664TKyxV6eVYJaPZKhvdqJji65UmaBMoKFDq6VItJ9TuaBmv59z0rNz' +
      '8K2b8qai/52y/524/5vC/5q0/6Cp/6mU/6OK/6Bq/6ls/6VP/6NP/54//6VF/6FP/5hk/6Bt/6OG/6OQ/6ap/6e5' +
      '/6LB/5zBK6C+LJPBQZKtSY+NTpyIYpx4Y5lcdJdRhpJFoJQ5oZ5JpaBKsZdcyJ5v1ZuI05Gb35mm8Zi88KDI/5q/' +
      '/5O1/56q/5iZ/5eE/5N7/5Jl/55Q/5xD/6c2/51B/6dO/55g/555/5uH/5+T/5yl/5Wz/6C7/5rO/52wF5G3P4m2' +
      'PpaMTI+MWIt6aJVndpFKc5pMiI9ElI9CrJNLpI1hvJBvwouK0qCR25el34y09pHA/5O7/5W6/5Sn/4ud/5uF/5l3' +
      '/5Bg/5RW/51F/5A//5JR/5VP/5Fa/5F8/5eH/5We/5S5/5Cx/5m7/53J/5i3/5SmMYytO46eQZOLS4NyUYljV4lW' +
      'cYNPd4E9h45NlYFLmodSrIxuuoN6wI+czZCl5Yux7IS164q7/4a9/4Sw/4uO/4yF/4B1/5Be/4VI/4VB/5FF/4hD' +
      '/4pT/3xb/4ty/4aP/4OX/4as/361/4i6/4+4/4i0/46m/4iPI3mcL3mJQ3V+TH9oWHxfXX9NaX9GinpGi4BHloBf' +
      'poZxrXmCuX2Xv4m0zYKy44K75oC1+Hu4/4ap/3qc/4GF/3Nz/4dT/3Va/4BE/31H/4VF/31T/4Jg/3t6/3qF/4uL' +
      '/4Si/4K//3bB/32t/366/32k/4iJ/4qAH3eHM3RyPXldSnZaWnZLZn1Hen9GeXxSh25Slnt0mH1/rnmRtGqhuXm0' +
      '1Xm33nS/6XG19HWu/3SW/naC/3h1/3RZ/21O/3dK/29D/3BJ/31H/21m/3ts/3eG/3ed/3Cc/3ez/3K//3e1/3et' +
      '/3Wu/3+V/25//3hzLG1zNHJkQm5NSmhOS2xSYWdGd21SfGtwiGpslnCHoGWZqmyetGmzu267yWq24V6z3muu8G6T' +
      '/3OM/2d4/2xh/3JQ/2lK/3NK/3FL/3NP/2xX/3F6/2iO/3qZ/3Oz/3ez/2ux/3PH/3Ky/2yi/16X/32H/3Fn/2Jl' +
      'K11hOWdUOmFIUWA9Xl9MZWpZdGlXd2h4kHKElWuWn16tpWirvl7AumLCy2Wyzmar4WiT7WWB/1t2/1lU/2JS/2JA' +
      '/2Y+/2Y//2tW/2Jc/150/2eC/2aI/2Sv/2Ox/2K3/2i3/2iv/2eu/2GU/2+F/2Ni/2Vd/2hSHmJPMWZNPVBFT1s+' +
      'U1RQaGJYcV9se2iEjVmWiVuurGO4rFi5u1fAvlGvxlOw2l2f71iN9lx091de/1lP/2RL/1lC/1pE/1pL/2dg/1lv' +
      '/1uR/2WT/2Gt/1K3/2u6/1W3/2Gy/1ek/1aL/1V//1dz/2Rk/1pJ/2I9LUtDKV9EQU5MP1NcVVNhX1N1cVWAfVOf' +
      'jFGYmFeulEzApVC8v1K0wFyvz0qT306K6lR19k1d/0tN/1JC/1ZK/1NN/1RM/1dm/1pv/1F9/1SY/1Gp/1Ow/1K8' +
      '/0m5/1W5/1Wm/02T/1SC/1Zv/1RZ/1VR/1BT/1FFIUpOOU1KQE9OSUpiWU5ja1iLbkSYdk6kjVKnlUWynEjBolDB' +
      'u02pvE2b1FmJ3lNp4Udb+Ehb/05E/049/05I/1FM/0Rj/090/0l9/0ih/060/1Ks/0i6/0zE/0qv/0ep/06c/0p5' +
      '/09r/z1R/0dP/0lK/0I8/ztHMENBNEZWOkVeUkltT0ONaEKkaUajfEG9gj2xlj69mT67qkSstTeexUZ5xjRs4kRf' +
      '6EVO9kE6/UlB/z1E/z9K/z1U/0V2/0aI/0WP/zii/ziu/0K5/zyz/0Gu/0uj/0mS/zqE/0Bu/0ZU/0FT/zxD/0BA' +
      '/zpF/zpWJTpINC1aPDtwSjyDWjyVYTmkcj64eTC6hj64kjyynkGxrzmSuziGwDdw0UBh0TFG4jtJ8Dk/9y9B/y9Y' +
      '/zZf/zd1/z2M/zmY/zGr/zLC/zK8/zKx/za1/zyt/zSc/zOL/zhy/y9b/zhK/zpB/zBE/zk8/zpU/y9lIy9fNytw' +
      'OCaFSySRVzetaCOzcjG9ejnDhyjBkDW0mTCWrjCQuy54wixsyitQ1SFN4itB7ShI/zNV/y5Y/y1y/yt8/yaR/yqq' +
      '/zC2/zOw/ymz/yy2/yCm/zOe/yZ7/zRp/zBS/zhb/zlC/yFJ/zxK/yNb/y1U/zRxKCh0NC+BPCKGRiuoUienYSi+' +
      'ayvGeSqreymplCKWpC+DoS10uyZsxChFzCFG3SFO4SJI7ClU/TFf/x9n/yOC/xeS/y2l/x+6/yeu/yi9/ySy/yil' +
      '/yKZ/yWN/yR4/xxk/x5T/x1F/x9B/yZI/yJK/yRr/yF6/yuGLCCBNRaVRjWrTBa6TRe8XCXBbBmtcx+siR6VlROF' +
      'qCRuqSVprhpRyxdKzStG2hpN6xZS6xhX9xhr/yGE/yGM/yGt/xut/yC2/xSz/x+s/xmq/xuI/x+H/xhz/xlf/yNT' +
      '/xxF/xZJ/yJJ/x9V/xpg/yh6/xqE/x6pHBmYLxKkQBmqUxHDWhu+ahSwcxi1bxKegBKSnA56phhhrQ5NvBRSwQVB' +
      '0RZH1hxM7BJY/ARs/xGK/xGm/xKi/xe4/w+//xG5/xSv/x6r/xSb/xuQ/xVu/wtc/xBV/xFO/xY+/xJG/xBZ/xtl' +
      '/xN6/yWH/xqg/xKuLQ+lNhC4LQW2SgzAWwq1bgereQ2MfgiEjg1wmQ1foQxOqQtBsBJCwwpH0AtM4QZm3AR48waI' +
      '+QuL/wes/wW//wCt/wq2/wS7/xWl/xCT/xSA/wpq/wdk/wtS/wlL/w4+/w1D/wdX/w1r/wF1/wmP/w2a/wms/w21' +
      'KASqLwC5PgC2UAOrWACzYQCZbgGOfQd4ggxjmQBVogBVrwBFvQhKywpJzQBg5AZr5giC8wOO/wSt/wCy/wK8/wm2' +
      '/wyy/wuj/wKQ/wCH/wBs/wtO/wVG/wlB/wBH/wNQ/wpW/wNl/wp1/wCJ/wCc/wql/wCx/wC9Iga+PwC/OgC5QgCi' +
      'TwCTWwCIaABxegBkjQBPnwNEnwA/rgBDtgBNuAZo1wB44wCL4gCW7ACs/wC//wC4/wC4/wCn/wCo/wCa/wCB/wB4' +
      '/wBY/wFQ/wBL/wBE/wBS/wBY/wBg/wB1/wB2/wCc/wCz/wC2/wC7/wDNJQC1MQC0OQCmQwCWXQCDZAB9bABjdgBR' +
      'hQBNmgBFrgBIsQBUuQBnwgBxzQB/4ACj7wCy7wDA+QC9/wC9/wC7/wCl/wCW/wB//wBp/wBT/wBH/wBJ/wA8/wA+' +
      '/wBR/wBp/wB0/wCK/wCh/wCi/wCx/wDA/wC6/wCpHQC1NAC1PQCOTQCDXwB6ZQBbZgBSgQBGhgBJlgBLowBVrABd' +
      'wgB9vQCLyACO5wCs6QCz9wDC/QDC/wCx/wCe/wCK/wCD/wBl/wBa/wBS/wA//wBF/wBM/wBS/wBh/wB9/wCL/wCU' +
      '/wCp/wC0/wC1/wDB/wC4/wCmFQCzKQCaQwB6TABpVwBnZwBPcgBGjgA+iQBFkwBSmABiqQB2sgCRzQCeywCs3QC1' +
      '6QC++AC/9QC8/wCm/wCa/wCF/wBx/wBd/wBV/wBA/wA2/wBI/wBM/wBb/wBw/wCN/wCZ/wCv/wDD/wC9/wC4/wCp' +
      '/wCh/wCRJwCONgCIPQBvQgBdWwBOaQBLdgBIgQBHiABRkgBfoQBmrQCHuACjxgCiywCp3AC/5QC28QC0/wCp/wCR' +
      '/wB8/wBv/wBa/wBP/wBC/wBL/wA7/wBF/wBi/wCC/wCT/wCj/wCt/wC3/wDB/wC+/wC2/wCu/wCc/wCJLACKLgBz' +
      'QgBnTwBTXABEYQBGdgBOggBZhQBhkwBvngCJqwCbvACougCp2QC+5ADE8wDC9wCq/QCO/wCC/wBt/wBU/wBb/wBJ' +
      '/wBE/wBS/wBQ/wBg/wBw/wCH/wCe/wCr/wCw/wC4/wDE/wC+/wCk/wCV/wCG/wBpJgB2LwBcNgBFRgBHWABRZgBD' +
      'bABNdwBghgBxnACMjQCfuACfuwCqwADC1ADK1QCr8ACs9ACX9ACI/wBw/wBd/wBL/wBH/wBG/wBI/wBa/wBi/wBv' +
      '/wCJ/wCh/wCp/wC5/wC7/wCx/wCw/wCt/wCV/wB9/wBo/wBX',
    to:
      'erWFqbZY3Ldq/LWj/7Wh/7Vn/7VSe5FWqpJl3ZOe/JGj/5Jt/5NX/5KEfW1rqmud3Gqi/Gps/2xX/2yI/2ysfEej' +
      'qUak3EVr/EVW/0WH/0Sp/0WJeyCiqyBu3B1Y/B2F/x+o/x6F/x5XfARorARZ3gSJ/AOq/wSC/wRW/wRrfgBUqwCD' +
      '3wCu/QCJ/wBV/wBp/wCj'
  }
]
