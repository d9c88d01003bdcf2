export default function AnalysesPage() {
  return null;
}
