import type { NextConfig } from 'next';

const config: NextConfig = {
  // Tests may build and serve a second copy beside the one a person is using.
  distDir: process.env.WEIR_DIST ?? '.next',
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  // The optimiser would fetch pictures from other hosts on a visitor's word.
  images: { unoptimized: true },
  turbopack: { root: import.meta.dirname },
  // Types are a step of their own (`npm run check`): TypeScript 7 has no JavaScript API for Next to call.
  typescript: { ignoreBuildErrors: true },
};

export default config;
