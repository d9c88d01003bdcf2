export interface Unit {
  readonly name: string;
  readonly kind: string;
  /** One of it in the unit that its kind is counted in. */
  readonly factor: number;
  /** Of a scale whose zero is elsewhere: added after the factor. */
  readonly offset: number;
}

type Row = readonly [names: string, factor: number, offset?: number];

/** The first name is shown. */
const kinds: Readonly<Record<string, readonly Row[]>> = {
  length: [
    ['m meter metre meters metres', 1],
    ['km kilometer kilometre kilometers kilometres', 1_000],
    ['cm centimeter centimetre centimeters centimetres', 0.01],
    ['mm millimeter millimetre millimeters millimetres', 0.001],
    ['µm um micrometer micrometre micrometers micron microns', 1e-6],
    ['nm nanometer nanometre nanometers', 1e-9],
    ['mi mile miles', 1_609.344],
    ['yd yard yards', 0.9144],
    ['ft foot feet', 0.3048],
    ['in inch inches', 0.0254],
    ['nmi nautical-mile nautical-miles', 1_852],
  ],
  mass: [
    ['kg kilogram kilograms kilo kilos', 1],
    ['g gram grams', 0.001],
    ['mg milligram milligrams', 1e-6],
    ['t tonne tonnes', 1_000],
    ['lb lbs pound pounds', 0.45359237],
    ['oz ounce ounces', 0.028349523125],
    ['st stone stones', 6.35029318],
  ],
  volume: [
    ['l liter litre liters litres', 1],
    ['ml milliliter millilitre milliliters millilitres', 0.001],
    ['cl centiliter centilitre', 0.01],
    ['dl deciliter decilitre', 0.1],
    ['m3 m³ cubic-meter cubic-metre', 1_000],
    ['gal gallon gallons', 3.785411784],
    ['qt quart quarts', 0.946352946],
    ['pt pint pints', 0.473176473],
    ['cup cups', 0.2365882365],
    ['floz fl-oz fluid-ounce fluid-ounces', 0.0295735295625],
    ['tbsp tablespoon tablespoons', 0.01478676478125],
    ['tsp teaspoon teaspoons', 0.00492892159375],
  ],
  area: [
    ['m2 m² square-meter square-metre square-meters', 1],
    ['km2 km² square-kilometer square-kilometers', 1e6],
    ['ha hectare hectares', 1e4],
    ['acre acres', 4_046.8564224],
    ['ft2 ft² sqft square-foot square-feet', 0.09290304],
    ['mi2 mi² square-mile square-miles', 2_589_988.110336],
  ],
  time: [
    ['s sec second seconds', 1],
    ['ms millisecond milliseconds', 0.001],
    ['min minute minutes', 60],
    ['h hr hour hours', 3_600],
    ['d day days', 86_400],
    ['wk week weeks', 604_800],
  ],
  speed: [
    ['m/s mps', 1],
    ['km/h kmh kph', 1 / 3.6],
    ['mph mi/h', 0.44704],
    ['kn knot knots', 1_852 / 3_600],
  ],
  temperature: [
    ['K kelvin kelvins', 1],
    ['°C C celsius centigrade', 1, 273.15],
    ['°F F fahrenheit', 5 / 9, 459.67 * (5 / 9)],
  ],
  data: [
    ['B byte bytes', 1],
    ['kB kilobyte kilobytes', 1e3],
    ['MB megabyte megabytes', 1e6],
    ['GB gigabyte gigabytes', 1e9],
    ['TB terabyte terabytes', 1e12],
    ['KiB kibibyte kibibytes', 1_024],
    ['MiB mebibyte mebibytes', 1_024 ** 2],
    ['GiB gibibyte gibibytes', 1_024 ** 3],
    ['TiB tebibyte tebibytes', 1_024 ** 4],
  ],
  energy: [
    ['J joule joules', 1],
    ['kJ kilojoule kilojoules', 1_000],
    ['kcal kilocalorie kilocalories calorie calories', 4_184],
    ['Wh watt-hour watt-hours', 3_600],
    ['kWh kilowatt-hour kilowatt-hours', 3.6e6],
  ],
  pressure: [
    ['Pa pascal pascals', 1],
    ['hPa hectopascal millibar mbar', 100],
    ['kPa kilopascal kilopascals', 1_000],
    ['bar bars', 1e5],
    ['psi', 6_894.757293168],
    ['atm atmosphere atmospheres', 101_325],
  ],
};

const units: readonly (readonly [names: string[], unit: Unit])[] = Object.entries(kinds).flatMap(
  ([kind, rows]) =>
    rows.map(([names, factor, offset = 0]) => {
      const all = names.split(' ');
      return [all, { name: all[0] ?? names, kind, factor, offset }] as const;
    }),
);
const exact = new Map(units.flatMap(([names, unit]) => names.map((name) => [name, unit] as const)));
/** Where two differ by case only, the first one is meant by whoever writes neither. */
const loose = new Map(
  units.flatMap(([names, unit]) => names.map((name) => [name.toLowerCase(), unit] as const)).reverse(),
);

/** By any of its names, spaces or hyphens inside; null when there is none. */
export function unitNamed(name: string): Unit | null {
  const written = name.trim().replace(/\.$/, '').replace(/\s+/g, '-').replace(/²$/, '2').replace(/³$/, '3');
  return exact.get(written) ?? loose.get(written.toLowerCase()) ?? null;
}

/** All kinds with the names that are shown, for whoever asked for one that is not there. */
export function unitList(): string {
  return Object.entries(kinds)
    .map(([kind, rows]) => `${kind}: ${rows.map(([names]) => names.split(' ')[0]).join(' ')}`)
    .join('; ');
}
