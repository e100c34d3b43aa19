fn main() {
    runbook::engine::sandbox::set_up_process();
}
