import { QRCodeSVG } from '@rc-component/qrcode';

/** A QR code as SVG elements, always dark on white with a quiet edge, so that every camera reads it. */
export function QrCode({ text, label, size }: { text: string; label: string; size: number }) {
  return (
    <div role="img" aria-label={label} className="kd-qr">
      <div aria-hidden="true"><QRCodeSVG value={text} size={size} fgColor="#0b1416" bgColor="#ffffff" level="M" /></div>
    </div>
  );
}
