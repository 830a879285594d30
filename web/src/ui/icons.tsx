/** The closed list of icons; one stroke width, sized on the text they stand beside. */
import {
  Activity, AlertTriangle, Archive, ArrowDown, ArrowLeft, ArrowRight, ArrowUp, ArrowUpDown, Bell, Building2, Calendar, Check,
  CheckCircle2, ChevronDown, ChevronLeft, ChevronRight, ChevronUp, ChevronsLeftRight, ChevronsRightLeft, ChevronsUpDown, Circle, CircleHelp, Clock, Columns3, Copy, CornerDownLeft, Download,
  Ellipsis, Eye, EyeOff, FileSpreadsheet, FileText, Filter, FolderTree, GripVertical, Handshake, History, House, Inbox,
  Info, KeyRound, Keyboard, Languages, Laptop, LayoutList, Link2, ListChecks, LoaderCircle, Lock, LogOut, Mail, MapPin, Megaphone,
  Menu, MessageSquare, Monitor, Moon, Package, Palette, PanelLeftClose, PanelLeftOpen, PanelRightOpen, Pause, Pencil, Phone, Play, Plus, Printer, RefreshCw,
  RotateCcw, Rows3, Search, Send, Settings, Shield, ShieldAlert, ShieldCheck, ShieldQuestion, Smartphone, Sparkles, Star, Sun,
  Target, Trash2, Undo2, Upload, User, UserPlus, Users, Wallet, Waves, Workflow, X, type LucideIcon,
} from 'lucide-react';

const icons = {
  activity: Activity, warning: AlertTriangle, archive: Archive, 'arrow-down': ArrowDown, 'arrow-left': ArrowLeft, 'arrow-right': ArrowRight,
  'arrow-up': ArrowUp, sort: ArrowUpDown, bell: Bell, building: Building2, calendar: Calendar, check: Check, 'check-circle': CheckCircle2,
  'chevron-down': ChevronDown, 'chevron-left': ChevronLeft, 'chevron-right': ChevronRight, 'chevron-up': ChevronUp, expand: ChevronsUpDown, widen: ChevronsLeftRight, narrow: ChevronsRightLeft,
  circle: Circle, help: CircleHelp, clock: Clock, columns: Columns3, copy: Copy, enter: CornerDownLeft, download: Download, more: Ellipsis, eye: Eye,
  'eye-off': EyeOff, sheet: FileSpreadsheet, file: FileText, filter: Filter, tree: FolderTree, grip: GripVertical, handshake: Handshake,
  history: History, home: House, inbox: Inbox, info: Info, key: KeyRound, keyboard: Keyboard, language: Languages, laptop: Laptop,
  list: LayoutList, link: Link2, checklist: ListChecks, spinner: LoaderCircle, lock: Lock, 'log-out': LogOut, mail: Mail, pin: MapPin,
  megaphone: Megaphone, menu: Menu, message: MessageSquare, monitor: Monitor, moon: Moon, package: Package, palette: Palette,
  'panel-close': PanelLeftClose, 'panel-open': PanelLeftOpen, 'panel-right': PanelRightOpen, pause: Pause, edit: Pencil, phone: Phone, play: Play, plus: Plus, printer: Printer, refresh: RefreshCw,
  restore: RotateCcw, rows: Rows3, search: Search, send: Send, settings: Settings, shield: Shield, 'shield-alert': ShieldAlert,
  'shield-check': ShieldCheck, 'shield-question': ShieldQuestion, mobile: Smartphone, sparkles: Sparkles, star: Star, sun: Sun, target: Target,
  trash: Trash2, undo: Undo2, upload: Upload, user: User, 'user-plus': UserPlus, users: Users, wallet: Wallet, pool: Waves, workflow: Workflow, close: X,
} satisfies Record<string, LucideIcon>;

export type IconName = keyof typeof icons;

export interface IconProps {
  name: IconName;
  size?: number;
  className?: string;
  /** Spoken name; without one the icon is decoration and hidden from assistive technology. */
  label?: string;
}

export function Icon({ name, size = 16, className, label }: IconProps) {
  const Glyph = icons[name];
  return (
    <Glyph size={size} strokeWidth={1.75} className={className} role={label ? 'img' : undefined} aria-label={label} aria-hidden={label ? undefined : true} />
  );
}

export const isIconName = (name: string): name is IconName => name in icons;
