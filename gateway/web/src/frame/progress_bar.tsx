export function ProgressBar({ percent }: { percent: number }) {
  return (
    <div className="progress" role="progressbar" aria-label="Progress" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <div style={{ transform: `scaleX(${percent / 100})` }} />
    </div>
  );
}
