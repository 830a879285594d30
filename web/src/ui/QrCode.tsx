import { QRCode } from 'antd';
import { Kit } from './kit';

/** A QR code as SVG elements, always dark on white with a quiet edge, so that every camera reads it. */
export function QrCode({ text, label, size = 168 }: { text: string; label: string; size?: number }) {
  return (
    <div role="img" aria-label={label} style={{ flex: 'none', padding: 14, borderRadius: 10, background: '#ffffff' }}>
      <div aria-hidden="true"><Kit><QRCode type="svg" value={text} size={size} color="#0b1416" bgColor="#ffffff" bordered={false} errorLevel="M" /></Kit></div>
    </div>
  );
}
