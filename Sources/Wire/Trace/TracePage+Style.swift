extension TracePage {
    static let style = """
        :root { color-scheme: light dark; --ink: #222; --faint: #8884; --paper: #fff; --warn: #c33; }
        @media (prefers-color-scheme: dark) { :root { --ink: #ddd; --paper: #181a1b; --warn: #f77; } }
        html, body { margin: 0; height: 100%; background: var(--paper); color: var(--ink); }
        body { display: flex; flex-direction: column; font: 13px/1.4 "DejaVu Sans", system-ui, sans-serif; }
        header { padding: 8px 12px; } h1 { font-size: 16px; margin: 0; } p { margin: 2px 0 0; opacity: .75; }
        canvas { display: block; cursor: grab; touch-action: none; }
        #scroller { flex: 1; overflow-y: auto; overflow-x: hidden; position: relative; min-height: 80px; }
        #space { position: absolute; width: 1px; top: 0; } #rows { position: sticky; top: 0; }
        #tip { position: fixed; pointer-events: none; max-width: 46em; padding: 5px 8px; border-radius: 4px;
          background: var(--ink); color: var(--paper); white-space: pre-wrap; overflow-wrap: anywhere; z-index: 1; }
        """
}
