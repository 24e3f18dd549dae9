import { mount } from 'svelte';
import App from './App.svelte';
import './lib/tokens.css';
import './lib/base.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
// Keeps cytoscape from adding an inline style element; base.css holds its one rule.
const marker = document.createElement('meta');
marker.id = '__________cytoscape_stylesheet';
document.head.append(marker);
mount(App, { target });
