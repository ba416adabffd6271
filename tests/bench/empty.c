/* The least a program can cost: what `devkit --version` is compared with. */
int main(void) {
    return 0;
}
